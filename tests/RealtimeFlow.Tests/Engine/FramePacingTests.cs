using RealtimeFlow.Engine;

namespace RealtimeFlow.Tests.Engine;

public sealed class FramePacingTests
{
    [Theory]
    [InlineData(0.0001, 0.004)]
    [InlineData(0.0005, 0.006)]
    [InlineData(0.002, 0.001)]
    public void The_parts_of_a_frame_fit_into_it(double secondsOfPart, double drawing)
    {
        FramePacing pacing = new(60);
        PacedWork rows = pacing.Add(1), slices = pacing.Add(2);
        rows.Begin(500);
        slices.Begin(16);
        double frame = 0;
        for (int i = 0; i < 100; i++)
        {
            frame = drawing + Do(rows, secondsOfPart / 4) + Do(slices, secondsOfPart);
            pacing.EndFrame(drawing);
        }

        Assert.InRange(frame, 0, pacing.Period);
        Assert.True(slices.Portion == 16 || frame > 0.5 * pacing.Period);
    }

    [Fact]
    public void A_picture_that_stands_still_leaves_its_time_to_the_others()
    {
        FramePacing pacing = new(60);
        PacedWork one = pacing.Add(1), other = pacing.Add(1);
        one.Begin(1000);
        other.Begin(1000);
        for (int i = 0; i < 5; i++)
        {
            Do(one, 1e-4);
            Do(other, 1e-4);
            pacing.EndFrame(0.002);
        }

        int both = one.Portion;
        for (int i = 0; i < 5; i++)
        {
            Do(one, 1e-4);
            pacing.EndFrame(0.002);
        }

        Assert.InRange(one.Portion, (2 * both) - 2, (2 * both) + 2);
    }

    [Fact]
    public void A_pass_that_would_take_too_long_makes_the_picture_coarser_and_time_makes_it_finer_again()
    {
        FramePacing pacing = new(60);
        PacedWork work = pacing.Add(1, longestPass: 0.2);
        double secondsOfPixel = 4e-6;
        List<int> scales = [];
        for (int frame = 0; frame < 600; frame++)
        {
            if (frame is 0 || scales[^1] != work.Scale)
            {
                work.Begin(512 / work.Scale);
                scales.Add(work.Scale);
            }

            secondsOfPixel = frame < 300 ? 4e-6 : 2e-8;
            Do(work, 512 / work.Scale * secondsOfPixel);
            pacing.EndFrame(0.003);
            if (frame == 299)
            {
                Assert.InRange(work.PassSeconds, 0, 0.2);
            }
        }

        Assert.Equal([1, 2, 4, 2, 1], scales);
    }

    [Fact]
    public void One_part_is_done_even_where_drawing_takes_all_the_time()
    {
        FramePacing pacing = new(60);
        PacedWork work = pacing.Add(1);
        work.Begin(10);
        Do(work, 1);
        pacing.EndFrame(1);
        Assert.Equal(1, work.Portion);
        Assert.True(pacing.Available > 0);
        Assert.Throws<ArgumentOutOfRangeException>("framesPerSecond", () => new FramePacing(0));
        Assert.Throws<ArgumentOutOfRangeException>("parts", () => work.Begin(0));
    }

    private static double Do(PacedWork work, double secondsOfPart)
    {
        int parts = work.Portion;
        work.Spent(parts, parts * secondsOfPart);
        return parts * secondsOfPart;
    }
}
