namespace Evenkeel.Numerics.Images;

/// <summary>The regions into which the target of a convolution is cut, so that the source of each fits the cache.</summary>
/// <remarks>
/// A region is a rectangle of one image, or some whole images. Lengths are in targets of a phase; see <see cref="ConvolutionSteps"/>.
/// </remarks>
internal readonly struct TargetRegions
{
    /// <summary>Floats of the source of a region.</summary>
    private const int MaxSource = 64 * 1024;

    /// <summary>Pixels that reuse a panel in the first-level cache often enough, and give long enough sums over pixels.</summary>
    private const int EnoughPixels = 256;

    /// <summary>Pixels below which a region is not worth a thread.</summary>
    private const int FewPixels = 64;

    private readonly int _allSamples;
    private readonly int _allRows;
    private readonly int _allColumns;

    /// <summary>Cuts the target by the shape alone.</summary>
    public TargetRegions(int samples, in ConvolutionSteps rows, in ConvolutionSteps columns, int channels)
    {
        _allSamples = samples;
        _allRows = rows.TargetsOfPhase;
        _allColumns = columns.TargetsOfPhase;
        Columns = Part(_allColumns, columns.TargetsFor(MaxSource / ((long)rows.SourceOf(1) * channels)), 16);
        Rows = Part(_allRows, rows.TargetsFor(MaxSource / ((long)columns.SourceOf(Columns) * channels)), 1);
        Samples = 1;
        if (Rows == _allRows && Columns == _allColumns)
        {
            long sample = (long)rows.SourceOf(Rows) * columns.SourceOf(Columns) * channels;
            Samples = Part(samples, Math.Min(MaxSource / sample, Cuts(EnoughPixels, Rows * Columns)), 1);
        }
    }

    private TargetRegions(in TargetRegions whole, int samples, int rows)
    {
        this = whole;
        Samples = samples;
        Rows = rows;
    }

    /// <summary>Images of a region.</summary>
    public int Samples { get; }

    /// <summary>Rows of a region.</summary>
    public int Rows { get; }

    /// <summary>Columns of a region.</summary>
    public int Columns { get; }

    /// <summary>The number of regions of an image, or of the group of images that a region covers.</summary>
    public int PerSample => Cuts(_allRows, Rows) * PerRow;

    /// <summary>The number of regions along the axis of images.</summary>
    public int AcrossSamples => Cuts(_allSamples, Samples);

    /// <summary>The number of regions.</summary>
    public int Count => AcrossSamples * PerSample;

    private int PerRow => Cuts(_allColumns, Columns);

    /// <summary>Cuts the regions further, until there are as many as wanted or more would not be worth it.</summary>
    public TargetRegions CutInto(int wanted)
    {
        if (Count >= wanted)
        {
            return this;
        }

        int samples = Part(_allSamples, _allSamples / wanted, 1);
        int rows = Part(
            _allRows, Cuts(_allRows, Cuts(wanted, Cuts(_allSamples, samples) * PerRow)), Math.Min(Rows, Cuts(FewPixels, Columns)));
        return new TargetRegions(this, samples, rows);
    }

    /// <summary>Returns a region.</summary>
    /// <param name="index">Its number; the regions of an image are numbered row by row.</param>
    public ImageRegion Region(int index)
    {
        int sample = index / PerSample * Samples, ofSample = index % PerSample;
        int row = ofSample / PerRow * Rows, column = ofSample % PerRow * Columns;
        return new ImageRegion(
            sample,
            Math.Min(Samples, _allSamples - sample),
            row,
            column,
            Math.Min(Rows, _allRows - row),
            Math.Min(Columns, _allColumns - column));
    }

    private static int Cuts(int length, int part) => (length + part - 1) / part;

    /// <summary>The length of about equal parts of at most <paramref name="most"/>, but at least <paramref name="least"/>.</summary>
    private static int Part(int length, long most, int least)
    {
        int part = (int)Math.Clamp(most, Math.Min(least, length), length);
        return Cuts(length, Cuts(length, part));
    }
}
