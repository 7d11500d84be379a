namespace RealtimeFlow.Flows;

/// <summary>What is done with rows that have parameters of their own.</summary>
internal enum RowPass
{
    /// <summary>Raw parameters become those of invertible layers.</summary>
    Constrain,

    /// <summary>Points go through.</summary>
    Forward,

    /// <summary>Points and cotangents go back.</summary>
    Backward,
}
