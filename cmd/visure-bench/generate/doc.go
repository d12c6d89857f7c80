// Package generate makes a history of a given size, in a folder that `visure
// serve` can go on with: Comuni and Enti of real sizes, users, agreements, and
// requests over a period with every outcome. Each event is what the real command
// decided on what the history was by then, sealed by the real codec under real
// data keys. Who there is, is entered and stays. There are no documents.
package generate
