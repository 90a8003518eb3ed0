namespace Evenkeel.Tests.Reference;

/// <summary>The softmax in double precision along the axis of a number of elements, with an inner axis behind it.</summary>
internal static class SoftmaxReference
{
    public static double[] Forward(double[] x, int count, int inner)
    {
        var y = new double[x.Length];
        ForEach(x.Length, count, inner, elements =>
        {
            double maximum = elements.Max(i => x[i]), sum = elements.Sum(i => Math.Exp(x[i] - maximum));
            Array.ForEach(elements, i => y[i] = Math.Exp(x[i] - maximum) / sum);
        });
        return y;
    }

    public static double[] Backward(double[] dy, double[] y, int count, int inner)
    {
        var dx = new double[dy.Length];
        ForEach(dy.Length, count, inner, elements =>
        {
            double mean = elements.Sum(i => dy[i] * y[i]);
            Array.ForEach(elements, i => dx[i] = y[i] * (dy[i] - mean));
        });
        return dx;
    }

    private static void ForEach(int length, int count, int inner, Action<int[]> action)
    {
        for (int start = 0; start < length; start += count * inner)
        {
            for (int i = 0; i < inner; i++)
            {
                action([.. Enumerable.Range(0, count).Select(k => start + k * inner + i)]);
            }
        }
    }
}
