//go:build race

package commands_test

import "testing"

// sweeping skips what tries a great many sequences, one command after the other: under
// the race detector it takes four times as long, and two goroutines never meet in it.
func sweeping(t *testing.T) { t.Skip("make sweep runs it without the race detector") }
