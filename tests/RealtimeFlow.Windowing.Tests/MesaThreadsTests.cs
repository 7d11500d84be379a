namespace RealtimeFlow.Windowing.Tests;

public sealed class MesaThreadsTests
{
    [Fact]
    public void The_number_reaches_the_native_environment_unless_the_user_set_one()
    {
        Needs.Linux();
        using (new NativeEnvironment("LP_NUM_THREADS", null))
        {
            MesaThreads.Limit(1);
            Assert.Equal("1", NativeEnvironment.Get("LP_NUM_THREADS"));
        }

        using (new NativeEnvironment("LP_NUM_THREADS", "3"))
        {
            MesaThreads.Limit(1);
            Assert.Equal("3", NativeEnvironment.Get("LP_NUM_THREADS"));
        }
    }

    [Fact]
    public void A_negative_number_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => MesaThreads.Limit(-1));
}
