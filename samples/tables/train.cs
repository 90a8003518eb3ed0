#:project ../../src/Evenkeel.Tables/Evenkeel.Tables.csproj
using Evenkeel.Tables;

var table = new TableFile("data/wine/wine.csv");
TableTrainingResult result = TableTrainer.Train(table, new TableTrainingOptions { Label = "class" });
Console.WriteLine(result.Validation!.Score);
