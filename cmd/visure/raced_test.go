//go:build race

package main

import "testing"

// sweeping skips what asks for everything there is, one thing after the other: where the
// race detector looks on it takes four times as long, and finds what others ask for at
// once as well.
func sweeping(t *testing.T) { t.Skip("make sweep runs it without the race detector") }
