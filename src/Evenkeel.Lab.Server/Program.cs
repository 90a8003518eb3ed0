using System.Globalization;
using Evenkeel.Lab.Server;
using Evenkeel.Numerics;

// Started by 'evenkeel lab', which has checked the arguments: the port, and whether to open the browser.
int port = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 0;
bool opensBrowser = args.Length < 2 || args[1] != "--no-browser";

// Two runs train side by side, one thread each.
Parallelism.Threads = 1;
await using var server = new LabServer(port);
try
{
    await server.Start();
}
catch (IOException e)
{
    Console.Error.WriteLine($"evenkeel: the lab cannot listen on port {port}: {e.InnerException?.Message ?? e.Message}");
    return 1;
}

Console.WriteLine($"The lab is at {server.Address}");
Console.WriteLine("Ctrl-C ends it.");
if (opensBrowser)
{
    Browser.Open(server.Address);
}

await server.WaitForEnd();
return 0;
