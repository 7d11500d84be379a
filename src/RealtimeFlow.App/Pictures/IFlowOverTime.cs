using RealtimeFlow.Density;
using RealtimeFlow.Engine;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Pictures;

/// <summary>A flow that becomes another between the first frame of a video and the last.</summary>
internal interface IFlowOverTime
{
    /// <summary>The flow as it is now.</summary>
    FlowDistribution Flow { get; }

    /// <summary>What it learns; null where that is not known.</summary>
    Target? Target { get; }

    /// <summary>The part of the plane to look at.</summary>
    PlaneView View { get; }

    /// <summary>The density that the brightest colour shows, the same in all frames so that nothing flickers.</summary>
    float Exposure { get; }

    /// <summary>What is told of now: lines of labels and values, parted by tabs.</summary>
    string Words { get; }

    /// <summary>Goes on to a time, which never lies before the last one.</summary>
    /// <param name="time">From 0, the beginning, to 1, the end.</param>
    /// <param name="interrupted">Ends it early.</param>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    void Advance(double time, CancellationToken interrupted);
}
