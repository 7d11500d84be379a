using Xunit.Sdk;
using Xunit.v3;

// Allocations are counted over the whole process, and several tests start processes that use all cores: one at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
