using Evenkeel.Browser;
using Evenkeel.Lab.Server;

namespace Evenkeel.Lab.Tests;

public class BrowserTests
{
    [PageCheckFact]
    public async Task Every_panel_works_wide_and_narrow_light_and_dark_and_by_keyboard()
    {
        await using var server = new LabServer(port: 0);
        await server.Start();

        Assert.Empty(PageCheck.Run(Path.Combine(AppContext.BaseDirectory, "drive.js"), [server.Address]));
    }
}
