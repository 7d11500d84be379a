using Xunit.Sdk;
using Xunit.v3;

// A test with a window changes the environment of the process, which the drivers of other tests read: one at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
