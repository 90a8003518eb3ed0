using Evenkeel.Lab.Programs;

namespace Evenkeel.Lab.Valley;

/// <summary>Writes the programs of a descent.</summary>
internal static class ValleyProgram
{
    /// <summary>Writes the programs of a descent.</summary>
    /// <exception cref="ArgumentException">A number is out of its range, or there is no such optimizer.</exception>
    public static LabProgram Of(ValleyRequest request)
    {
        ValleyPath path = ValleyPath.Of(request);
        string a = ProgramText.Of(path.Hessian[0][0]), b = ProgramText.Of(path.Hessian[0][1]), c = ProgramText.Of(path.Hessian[1][1]);
        string rate = ProgramText.Of(path.LearningRate);
        (string cSharp, string pyTorch) = request.Optimizer switch
        {
            "plain" => ($"Sgd({rate})", $"SGD([w], lr={rate})"),
            "momentum" => ($"Sgd({rate}, momentum: 0.9)", $"SGD([w], lr={rate}, momentum=0.9)"),
            "rmsprop" => ($"RmsProp({rate})", $"RMSprop([w], lr={rate})"),
            _ => ($"Adam({rate})", $"Adam([w], lr={rate})"),
        };
        return new LabProgram(
            Invariant($$"""
                using Evenkeel.Layers;
                using Evenkeel.Training;

                // The loss ½·(w − 1)ᵀH(w − 1) with H = [[a, b], [b, c]], from w = 0 on.
                const double a = {{a}}, b = {{b}}, c = {{c}};
                var w = new Parameter("w", 2);
                var optimizer = new {{cSharp}};
                for (int step = 0; step <= {{request.Steps}}; step++)
                {
                    double x = w.Value[0] - 1, y = w.Value[1] - 1;
                    Console.WriteLine($"{step}: w = ({w.Value[0]}, {w.Value[1]}), loss {(a * x * x + 2 * b * x * y + c * y * y) / 2:G6}");
                    w.Gradient[0] = (float)(a * x + b * y);
                    w.Gradient[1] = (float)(b * x + c * y);
                    optimizer.Step([w]);
                }

                """),
            Invariant($$"""
                import torch

                # The loss ½·(w − 1)ᵀH(w − 1), from w = 0 on.
                H = torch.tensor([[{{a}}, {{b}}], [{{b}}, {{c}}]], dtype=torch.float32)
                w = torch.zeros(2, requires_grad=True)
                optimizer = torch.optim.{{pyTorch}}
                for step in range({{request.Steps}} + 1):
                    optimizer.zero_grad()
                    loss = (w - 1) @ H @ (w - 1) / 2
                    print(f"{step}: w = ({w[0].item():.6g}, {w[1].item():.6g}), loss {loss.item():.6g}")
                    loss.backward()
                    optimizer.step()

                """),
            "evenkeel study feature-scaling");
    }
}
