namespace RealtimeFlow.Rendering;

/// <summary>A point in the plane of a panel.</summary>
/// <param name="Panel">The panel's place in the frame.</param>
/// <param name="X">In the units of its view.</param>
/// <param name="Y">In the units of its view; it grows upwards.</param>
public readonly record struct PlanePoint(int Panel, float X, float Y);
