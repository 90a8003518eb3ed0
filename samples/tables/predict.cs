#!/usr/bin/env dotnet
// Predicts with the model that save.cs saved. The columns of the table may be in any order, and need not include the label.
// In the repository's folder: dotnet run -c Release samples/tables/predict.cs
// Outside the repository, write "#:package Evenkeel.Tables@0.1.0" instead of the next line.
#:project ../../src/Evenkeel.Tables/Evenkeel.Tables.csproj
#:property PublishAot=false
using Evenkeel.Tables;

TableModel model = TableModel.Load(args.FirstOrDefault() ?? "iris.evenkeel");
TablePredictions predictions = model.Predict(new TableFile("data/iris/iris.csv"));

for (int row = 0; row < predictions.Count; row += 25)
{
    float probability = predictions.Probabilities(row)[predictions.ClassIndex(row)];
    Console.WriteLine($"row {row + 1}: class {predictions.Class(row)}, probability {probability:F2}");
}
