using System.Text;
using RealtimeFlow.Amortized;
using RealtimeFlow.Base;
using RealtimeFlow.Density;
using RealtimeFlow.Flows;
using RealtimeFlow.Networks;

namespace RealtimeFlow.Files;

/// <summary>What the metadata of a model of images say: of its posterior what those of a flow say, and all that decides the networks.</summary>
internal class ImageModelMetadata(string format, params string[] moreKeys) : ModelMetadata(format, [.. Keys, .. moreKeys])
{
    public const string Format = "realtimeflow-vae";

    private const string HeightKey = "height", WidthKey = "width", BinarizationKey = "binarization", LikelihoodKey = "likelihood";
    private const string HiddenKey = "hidden", ConstraintKey = "constraint", SharingKey = "layers_of", OfEachImage = "image", OfAllImages = "set";

    private static readonly string[] Keys = [HeightKey, WidthKey, BinarizationKey, LikelihoodKey, HiddenKey, ConstraintKey, SharingKey];

    private int _height, _width;
    private Binarization _binarization;
    private PixelLikelihood _likelihood;
    private FlowConstraint _constraint;
    private DenseShape[] _hidden = [];
    private bool _sharesLayers;

    public ImageModelMetadata()
        : this(Format)
    {
    }

    /// <summary>What the images are.</summary>
    public ImageKind Images => new(_height, _width, _binarization);

    /// <summary>The metadata of a model, by key.</summary>
    public static IEnumerable<(string Key, string Text)> Texts(string format, LatentGaussianModel model, ImageKind images) =>
    [
        .. Texts(format, model.Posterior, FlowDirection.Generative),
        (HeightKey, ModelLayout.Text(images.Height)),
        (WidthKey, ModelLayout.Text(images.Width)),
        (BinarizationKey, NameOf(images.Binarization)),
        (LikelihoodKey, NameOf(model.Likelihood)),
        (HiddenKey, HiddenLayers.Text(model.Hidden)),
        (ConstraintKey, NameOf(model.Constraint)),
        (SharingKey, model.SharesLayers ? OfAllImages : OfEachImage),
    ];

    /// <summary>The model, whose numbers were not seen yet.</summary>
    /// <param name="header">The header from its beginning; stands behind the metadata then.</param>
    /// <param name="headerLength">Its length in bytes.</param>
    /// <param name="dataLength">The bytes of the tensors: a model that has more numbers than fit there is refused before it is made.</param>
    public LatentGaussianModel ReadModel(ref TensorHeader header, long headerLength, long dataLength)
    {
        Read(ref header, headerLength);
        if (Base != BaseKind.Gaussian || Direction != FlowDirection.Generative || (_sharesLayers && Layers.Length == 0))
        {
            throw Refuse(_sharesLayers && Layers.Length == 0 ? $"{SharingKey} is '{OfAllImages}', but there are no layers" : "expected a gaussian base, and the direction generative");
        }

        long most = dataLength / sizeof(float);
        if ((long)_height * _width > most || !Fits(most))
        {
            throw TensorHeader.Refuse("header", $"the file has {dataLength} bytes of tensors, too few for these images, layers and networks: truncated");
        }

        return new LatentGaussianModel(_height * _width, new FlowShape(Dimension, BaseKind.Gaussian, Layers), _hidden, _likelihood, _constraint, _sharesLayers);
    }

    /// <inheritdoc/>
    /// <remarks>No layer has a tensor of its own here: the length of the text alone bounds how many it names.</remarks>
    protected override bool Fits(int layers, long headerLength) => true;

    /// <inheritdoc/>
    protected override void ReadEntry(in TensorHeader header, string key)
    {
        switch (key)
        {
            case HeightKey:
                _height = ReadSide(in header, key);
                break;
            case WidthKey:
                _width = ReadSide(in header, key);
                break;
            case BinarizationKey:
                _binarization = ReadWord<Binarization>(in header, key);
                break;
            case LikelihoodKey:
                _likelihood = ReadWord<PixelLikelihood>(in header, key);
                break;
            case ConstraintKey:
                _constraint = ReadWord<FlowConstraint>(in header, key);
                break;
            case SharingKey:
                _sharesLayers = FindWord(in header, key, [OfEachImage, OfAllImages]) == 1;
                break;
            default:
                _hidden = HiddenLayers.Parse(Encoding.UTF8.GetString(header.Text)) ?? throw Refuse(
                    $"{key} is '{TensorHeader.Show(header.Text)}': expected at most {HiddenLayers.Most} layers, as in maxout:400:4,tanh:100");
                break;
        }
    }

    private static string NameOf<T>(T value)
        where T : struct, Enum => $"{value}".ToLowerInvariant();

    private static T ReadWord<T>(in TensorHeader header, string key)
        where T : struct, Enum
    {
        T[] values = Enum.GetValues<T>();
        return values[FindWord(in header, key, Array.ConvertAll(values, NameOf))];
    }

    private static int ReadSide(in TensorHeader header, string key) =>
        ModelLayout.TryParse(header.Text, out int side) && side > 0
            ? side
            : throw Refuse($"{key} is '{TensorHeader.Show(header.Text)}': expected a whole number from 1 on");

    /// <summary>Whether the model has no more numbers than there can be; beyond them nothing is counted any more, so that nothing overflows.</summary>
    private bool Fits(long most)
    {
        long heads = 2L * Dimension, outputs = (long)_height * _width * (_likelihood == PixelLikelihood.Gaussian ? 2 : 1), layers = 0;
        for (int layer = 0; layer < Layers.Length && heads + layers <= most; layer++)
        {
            layers += Layers[layer].ParameterCount(Dimension);
        }

        (heads, long shared) = _sharesLayers ? (heads, layers) : (heads + layers, 0);
        return heads + shared <= most && outputs <= most
            && Count(_height * _width, heads, most) + Count(Dimension, outputs, most) + shared <= most;
    }

    private long Count(long inputs, long outputs, long most)
    {
        long count = 0;
        foreach (DenseShape layer in _hidden)
        {
            count = Math.Min(most + 1, count + (layer.Units * (inputs + 1)));
            inputs = layer.Outputs;
        }

        return Math.Min(most + 1, count + (outputs * (inputs + 1)));
    }
}
