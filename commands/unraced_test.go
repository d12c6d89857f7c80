//go:build !race

package commands_test

import "testing"

// sweeping lets a test go on that tries a great many sequences.
func sweeping(*testing.T) {}
