// Package people invents the population the ANPR simulator answers about:
// coherent families with their marriages, deaths, moves and citizenships in
// several real Comuni and among Italians abroad (AIRE).
//
// The same seed and size always give the same people, byte for byte. Nobody
// here exists; only the codes of Comuni, States and consulates are real (ANPR
// decoding tables).
package people
