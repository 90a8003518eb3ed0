#!/usr/bin/env dotnet
// Cross-validates: trains on four fifths of the rows and measures on the fifth, five times.
// In the repository's folder: dotnet run -c Release samples/tables/cross-validate.cs
// Outside the repository, write "#:package Evenkeel.Tables@0.1.0" instead of the next line.
#:project ../../src/Evenkeel.Tables/Evenkeel.Tables.csproj
#:property PublishAot=false
using Evenkeel.Tables;

var table = new TableFile("data/wine/wine.csv");
var folds = TableTrainer.CrossValidate(table, new TableTrainingOptions { Label = "class" }, folds: 5);

foreach (TableEvaluation fold in folds)
{
    Console.WriteLine(fold);
}

double mean = folds.Average(fold => fold.Score), variance = folds.Sum(fold => Math.Pow(fold.Score - mean, 2)) / (folds.Count - 1);
Console.WriteLine($"mean accuracy {mean:F3}, standard deviation {Math.Sqrt(variance):F3}");
