using Xunit.Sdk;
using Xunit.v3;

// The tests change the process's environment and the one EGL display: one at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
