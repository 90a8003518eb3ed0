using System.Security.Cryptography;
using System.Text;

namespace Evenkeel.Lab.Server;

/// <summary>Proves that a request comes from the page that the command opened.</summary>
/// <remarks>
/// The token is in the address that the command opens and in a header of each request. Other pages in the browser cannot read it; with the
/// checks of Host and Origin, neither a foreign page nor a name that resolves to 127.0.0.1 can start work.
/// </remarks>
internal sealed class LabToken
{
    /// <summary>The header that carries it.</summary>
    public const string Header = "X-Lab-Token";

    private readonly byte[] _bytes;

    /// <summary>Creates a token of 128 random bits.</summary>
    public LabToken()
    {
        Text = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _bytes = Encoding.ASCII.GetBytes(Text);
    }

    /// <summary>The token, in hexadecimal digits.</summary>
    public string Text { get; }

    /// <summary>Whether a request may start work.</summary>
    public bool Allows(HttpRequest request) =>
        IsLocal(request)
        && request.Headers.Origin is var origin && (origin.Count == 0 || origin == $"http://{request.Host}")
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(request.Headers[Header].ToString()), _bytes);

    /// <summary>Whether a request names this server by its address, and not by a name that someone made resolve to it.</summary>
    public static bool IsLocal(HttpRequest request) => request.Host.Host is "127.0.0.1" or "localhost";
}
