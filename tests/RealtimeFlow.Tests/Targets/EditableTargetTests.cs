using RealtimeFlow.Lanes;
using RealtimeFlow.Targets;
using RealtimeFlow.Tests.Reference;

namespace RealtimeFlow.Tests.Targets;

public sealed class EditableTargetTests
{
    private static PlaneMixture Mixture() =>
        new("mix", [new(1, -0.5f, 0.4f), new(-1, 0.5f, 0.7f, Weight: 3), new(0.3f, 0.2f, 0.25f, Radius: 2, Weight: 0.5f)]);

    [Fact]
    public void A_mixture_is_that_of_the_reference()
    {
        PlaneMixture mixture = Mixture();
        mixture.Move(0, 1.5f, -1);
        foreach (TargetValue at in TargetValue.Of(mixture, TargetValue.RandomPoints(mixture, 256)))
        {
            double expected = Energy(mixture, at.Point);
            double[] gradient = Derivative.Gradient(z => Energy(mixture, z), at.Point);
            double scale = 1 + Math.Abs(expected) + (Vectors.Norm(gradient) * at.Point.Sum(Math.Abs));
            Assert.Equal(expected, at.Energy, 1e-6 * scale);
            Assert.InRange(Vectors.Distance(gradient, at.Gradient), 0, 1e-5 * (1 + Vectors.Norm(gradient)) * (1 + at.Point.Sum(Math.Abs)));
        }
    }

    [Fact]
    public void Every_width_gives_the_same_bits()
    {
        foreach (Target target in (Target[])[Mixture(), Moved("u3", 0.5f, -1)])
        {
            int[] expected = TargetValue.Bits(target, LaneWidth.Scalar);
            Assert.All(Enum.GetValues<LaneWidth>(), width => Assert.Equal(expected, TargetValue.Bits(target, width)));
        }
    }

    [Fact]
    public void A_mixture_keeps_its_integral_wherever_it_is_moved()
    {
        PlaneMixture mixture = Mixture();
        Assert.Equal(0, PlaneQuadrature.LogNormalizer(mixture), 1e-6);
        mixture.Move(1, -3, 2);
        mixture.Move(3, 1.5f, 0.2f);
        Assert.Equal(0, PlaneQuadrature.LogNormalizer(mixture), 1e-6);
        Assert.Equal(0, mixture.LogNormalizer);
    }

    [Fact]
    public void Eight_Gaussians_that_can_be_moved_are_the_librarys_before_they_are()
    {
        Target library = TargetLibrary.Find("eight-gaussians")!;
        PlaneMixture mixture = PlaneMixture.EightGaussians();
        Assert.Equal((library.Name, library.Description, library.ViewRadius), (mixture.Name, mixture.Description, mixture.ViewRadius));
        double[][] points = TargetValue.RandomPoints(library, 500);
        foreach ((TargetValue a, TargetValue b) in TargetValue.Of(library, points).Zip(TargetValue.Of(mixture, points)))
        {
            Assert.Equal(a.Energy, b.Energy, 1e-5 * (1 + Math.Abs(a.Energy)));
        }
    }

    [Fact]
    public void Handles_stand_at_centres_and_on_rings()
    {
        PlaneMixture mixture = Mixture();
        Assert.Equal(4, mixture.HandleCount);
        Assert.Equal(new TargetHandle(HandleKind.Position, -1, 0.5f), mixture.Handle(1));
        Assert.Equal(new TargetHandle(HandleKind.Radius, 2.3f, 0.2f), mixture.Handle(3));
        mixture.Move(2, 1, 1);
        mixture.Move(3, 1, 4);
        Assert.Equal(new MixturePart(1, 1, 0.25f, 3, 0.5f), mixture[2]);

        // A ring stays one, even where its radius is dragged into its centre.
        mixture.Move(3, 1, 1);
        Assert.Equal(0.25f, mixture[2].Radius);
        Assert.Equal(4, mixture.HandleCount);
        Assert.Throws<ArgumentOutOfRangeException>("handle", () => mixture.Move(4, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>("handle", () => mixture.Handle(-1));
        Assert.Throws<ArgumentOutOfRangeException>("x", () => mixture.Move(0, float.NaN, 0));
    }

    [Fact]
    public void A_moved_target_has_the_energy_of_the_place_it_came_from()
    {
        Target library = TargetLibrary.Find("u4")!;
        MovedTarget moved = Moved("u4", 0.5f, -0.25f);
        Assert.Equal(library.LogNormalizer, moved.LogNormalizer);
        Assert.Equal(library.Name, moved.Name);

        // Quarters: the difference is exact. More points than a tile has columns.
        const int Count = 3001;
        System.Random random = new(1);
        float[] points = [.. Enumerable.Range(0, 2 * Count).Select(_ => random.Next(-20, 20) / 4f)], there = new float[2 * Count];
        for (int i = 0; i < Count; i++)
        {
            (there[i], there[Count + i]) = (points[i] - 0.5f, points[Count + i] + 0.25f);
        }

        float[] energy = new float[Count], gradient = new float[2 * Count], expectedEnergy = new float[Count], expectedGradient = new float[2 * Count];
        library.Evaluate(there, expectedEnergy, expectedGradient);
        moved.Evaluate(points, energy, gradient);
        Assert.Equal(expectedEnergy, energy);
        Assert.Equal(expectedGradient, gradient);
    }

    [Fact]
    public void A_copy_changes_independently()
    {
        foreach (EditableTarget target in (EditableTarget[])[Mixture(), Moved("u1", 1, 2), new ImageDensity("x", [1, 2, 3, 4, 5, 6], 3)])
        {
            EditableTarget copy = target.Copy();
            Assert.Equal((target.Name, target.ViewRadius, target.Description), (copy.Name, copy.ViewRadius, copy.Description));
            Assert.Equal(target.Numbers, copy.Numbers);
            float[] numbers = [.. target.Numbers];
            numbers[0] += 0.5f;
            copy.Set(numbers);
            Assert.NotEqual(Evaluate(target), Evaluate(copy));
            target.Set(numbers);
            Assert.Equal(Evaluate(target), Evaluate(copy));
        }
    }

    [Fact]
    public void A_repainted_picture_is_the_picture_of_its_pixels()
    {
        ImageDensity image = new("x", [1, 2, 3, 4, 5, 6], 3);
        image.Set([0, 7, 1, 2, 0, 0]);
        Assert.Equal(Evaluate(new ImageDensity("x", [0, 7, 1, 2, 0, 0], 3)), Evaluate(image));
        Assert.Equal((3, 2, 2f), (image.Width, image.Height, image.PixelSize));
        Assert.Throws<ArgumentException>("numbers", () => image.Set([0, 0, 0, 0, 0, 0]));
        Assert.Throws<ArgumentException>("numbers", () => image.Set([0, 0, -1, 0, 0, 0]));
        Assert.Throws<ArgumentException>("numbers", () => image.Set([1, 2]));
        Assert.Equal([0, 7, 1, 2, 0, 0], image.Numbers);
        Assert.Equal(0, image.HandleCount);
        Assert.Throws<ArgumentOutOfRangeException>("handle", () => image.Move(0, 0, 0));
    }

    [Fact]
    public void What_makes_no_density_is_refused()
    {
        MixturePart[][] wrong = [[], [new(0, 0, 0)], [new(0, float.NaN, 1)], [new(0, 0, 1, -1)], [new(0, 0, 1, 0, 0)], [.. Enumerable.Repeat(new MixturePart(0, 0, 1), 257)]];
        Assert.All(wrong, parts => Assert.Throws<ArgumentException>(() => new PlaneMixture("x", parts)));
        Assert.Throws<ArgumentException>("target", () => new MovedTarget(TargetLibrary.Find("funnel10")!));
        MovedTarget moved = new(TargetLibrary.Find("u1")!);
        Assert.Throws<ArgumentException>("numbers", () => moved.Set([0, float.PositiveInfinity]));
    }

    private static MovedTarget Moved(string name, float x, float y)
    {
        MovedTarget moved = new(TargetLibrary.Find(name)!);
        moved.Move(0, x, y);
        return moved;
    }

    private static float[] Evaluate(Target target)
    {
        float[] energy = new float[3], gradient = new float[6];
        target.Evaluate([0.3f, -1, 2, 0.7f, 0.1f, -2], energy, gradient);
        return [.. energy, .. gradient];
    }

    private static double Energy(PlaneMixture mixture, double[] z)
    {
        double sum = 0, weights = Enumerable.Range(0, mixture.PartCount).Sum(k => (double)mixture[k].Weight);
        for (int k = 0; k < mixture.PartCount; k++)
        {
            MixturePart part = mixture[k];
            double width = part.Width, radius = part.Radius;
            double distance = Math.Sqrt(Math.Pow(z[0] - part.X, 2) + Math.Pow(z[1] - part.Y, 2));
            double integral = 2 * Math.PI * width * width;
            if (radius > 0)
            {
                const int Steps = 4000;
                double step = (radius + (15 * width)) / Steps;
                integral = 2 * Math.PI * step * Enumerable.Range(0, Steps).Sum(i => (i + 0.5) * step * Math.Exp(-0.5 * Math.Pow((((i + 0.5) * step) - radius) / width, 2)));
            }

            sum += part.Weight / weights / integral * Math.Exp(-0.5 * Math.Pow((distance - radius) / width, 2));
        }

        return -Math.Log(sum);
    }
}
