using System.Globalization;
using System.Net.Sockets;
using Evenkeel.Lab.Server;
using Evenkeel.Numerics;

// Started by 'evenkeel lab', which has checked the options: PORT [--no-browser] [--until-input-ends].
int port = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 0;

// Two runs train side by side, one thread each.
Parallelism.Threads = 1;
await using var server = new LabServer(port);
try
{
    await server.Start();
}
catch (Exception e) when (e is IOException or SocketException)
{
    Console.Error.WriteLine($"evenkeel: the lab cannot listen on port {port}: {e.InnerException?.Message ?? e.Message}");
    return 1;
}

Console.WriteLine($"The lab is at {server.Address}");
Console.WriteLine("Ctrl-C ends it.");
if (!args.Contains("--no-browser"))
{
    Browser.Open(server.Address);
}

if (args.Contains("--until-input-ends"))
{
    // The command holds the other end: the lab does not outlive it, however it ends.
    _ = Task.Run(() =>
    {
        using Stream input = Console.OpenStandardInput();
        _ = input.ReadByte();
        server.Stop();
    });
}

await server.WaitForEnd();
return 0;
