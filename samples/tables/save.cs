#!/usr/bin/env dotnet
// Trains a model on all rows, and saves it with the preparation of its columns; predict.cs reads it in another process.
// In the repository's folder: dotnet run -c Release samples/tables/save.cs
// Outside the repository, write "#:package Evenkeel.Tables@0.1.0" instead of the next line.
#:project ../../src/Evenkeel.Tables/Evenkeel.Tables.csproj
#:property PublishAot=false
using Evenkeel.Tables;

string path = args.FirstOrDefault() ?? "iris.evenkeel";
var table = new TableFile("data/iris/iris.csv");
var options = new TableTrainingOptions { Label = "class", Validation = 0 };
TableTrainer.Train(table, options).Model.Save(path);
Console.WriteLine($"saved {path}");
