namespace RealtimeFlow.App.Terminal;

/// <summary>The colours of text, 0xRRGGBB: to be read on a dark ground and on a light one.</summary>
internal static class TerminalColors
{
    /// <summary>Titles.</summary>
    public const int Title = 0xA0A0A0;

    /// <summary>Labels and keys.</summary>
    public const int Dim = 0x808080;

    /// <summary>Values.</summary>
    public const int Value = 0xD08020;
}
