namespace Evenkeel.Numerics.Images;

/// <summary>How the target of a convolution is cut into bands: rectangles whose part of the source fits the cache, or some whole images.</summary>
/// <remarks>Lengths are in targets of a phase; see <see cref="ConvolutionSteps"/>.</remarks>
internal readonly struct TargetRegions
{
    /// <summary>Floats of a band's part of the source.</summary>
    private const int MaxSource = 64 * 1024;

    /// <summary>Pixels of a band that make the most of a sliver in the first-level cache, and chains long enough for sums over pixels.</summary>
    private const int EnoughPixels = 256;

    /// <summary>Pixels below which a band is not worth a thread.</summary>
    private const int FewPixels = 64;

    private readonly int _allSamples;
    private readonly int _allRows;
    private readonly int _allColumns;

    /// <summary>Cuts by the shape alone.</summary>
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

    /// <summary>Images of a band.</summary>
    public int Samples { get; }

    /// <summary>Rows of a band.</summary>
    public int Rows { get; }

    /// <summary>Columns of a band.</summary>
    public int Columns { get; }

    /// <summary>How many bands there are of each image, or of the images that a band has.</summary>
    public int PerSample => Cuts(_allRows, Rows) * PerRow;

    /// <summary>How many bands there are across the images.</summary>
    public int AcrossSamples => Cuts(_allSamples, Samples);

    /// <summary>How many bands there are.</summary>
    public int Count => AcrossSamples * PerSample;

    private int PerRow => Cuts(_allColumns, Columns);

    /// <summary>The bands cut further, until there are as many as wanted or they are not worth it.</summary>
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

    /// <summary>A band.</summary>
    /// <param name="index">Its number: bands of an image follow each other, row by row.</param>
    public ImageRegion Band(int index)
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

    /// <summary>The length of about equal parts that are not longer than <paramref name="most"/> (but for <paramref name="least"/>).</summary>
    private static int Part(int length, long most, int least)
    {
        int part = (int)Math.Clamp(most, Math.Min(least, length), length);
        return Cuts(length, Cuts(length, part));
    }
}
