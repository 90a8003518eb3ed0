namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>Eigenvalues of small symmetric matrices.</summary>
internal static class SymmetricMatrix
{
    /// <summary>The eigenvalues, rising, and for each its eigenvector of length 1.</summary>
    /// <remarks>
    /// Jacobi's rotations: of a positive definite matrix they give small eigenvalues beside large ones to full relative
    /// precision, as far as the matrix itself determines them (Demmel and Veselić, "Jacobi's method is more accurate than QR", 1992).
    /// </remarks>
    public static (double Value, double[] Vector)[] Eigen(double[,] matrix)
    {
        int n = matrix.GetLength(0);
        var a = (double[,])matrix.Clone();
        var vectors = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            vectors[i, i] = 1;
        }

        bool rotated = true;
        while (rotated)
        {
            rotated = false;
            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    if (Math.Abs(a[p, q]) > Math.ScaleB(Math.Sqrt(a[p, p] * a[q, q]), -50))
                    {
                        Rotate(a, vectors, p, q);
                        rotated = true;
                    }
                }
            }
        }

        return
        [
            .. Enumerable.Range(0, n)
                .Select(i => (a[i, i], Enumerable.Range(0, n).Select(row => vectors[row, i]).ToArray()))
                .OrderBy(pair => pair.Item1),
        ];
    }

    /// <summary>Turns the axes p and q so that their mixed element becomes 0.</summary>
    private static void Rotate(double[,] a, double[,] vectors, int p, int q)
    {
        int n = a.GetLength(0);
        double theta = (a[q, q] - a[p, p]) / (2 * a[p, q]);
        double tangent = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt(theta * theta + 1));
        double cosine = 1 / Math.Sqrt(tangent * tangent + 1);
        double sine = tangent * cosine;
        double mixed = a[p, q];
        a[p, p] -= tangent * mixed;
        a[q, q] += tangent * mixed;
        a[p, q] = a[q, p] = 0;
        for (int i = 0; i < n; i++)
        {
            if (i != p && i != q)
            {
                (double ip, double iq) = (a[i, p], a[i, q]);
                a[i, p] = a[p, i] = cosine * ip - sine * iq;
                a[i, q] = a[q, i] = sine * ip + cosine * iq;
            }

            (double vp, double vq) = (vectors[i, p], vectors[i, q]);
            vectors[i, p] = cosine * vp - sine * vq;
            vectors[i, q] = sine * vp + cosine * vq;
        }
    }
}
