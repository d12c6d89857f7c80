package generate

import (
	"math"
	"math/rand/v2"
	"sort"
)

// shares are how much of a whole falls to each of n, the largest first.
type shares []float64 // cumulative

// newShares returns shares that fall as a power of the rank, such that the first
// has a given part of all. That is how the sizes of Italian Comuni lie, with 5 %
// for the largest.
func newShares(n int, largest float64) shares {
	low, high := 0., 4. // of the exponent
	for range 60 {
		middle := (low + high) / 2
		if 1/total(n, middle) < largest {
			low = middle
		} else {
			high = middle
		}
	}
	s, sum := make(shares, n), 0.
	for i := range s {
		sum += math.Pow(float64(i+1), -low)
		s[i] = sum
	}
	return s
}

func total(n int, exponent float64) (sum float64) {
	for i := range n {
		sum += math.Pow(float64(i+1), -exponent)
	}
	return sum
}

// draw returns one of the n, each as often as its share says.
func (s shares) draw(r *rand.Rand) int {
	return sort.SearchFloat64s(s, r.Float64()*s[len(s)-1])
}

// part is the share of one of them.
func (s shares) part(i int) float64 {
	before := 0.
	if i > 0 {
		before = s[i-1]
	}
	return (s[i] - before) / s[len(s)-1]
}
