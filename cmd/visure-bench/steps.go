package main

import dto "github.com/prometheus/client_model/go"

// stepFigures say how long one step of an emission takes. Quantiles are
// estimated from the server's histogram, within the width of a bucket.
type stepFigures struct {
	Name  string  `json:"name"`
	Count int     `json:"count"`
	P50   float64 `json:"p50_ms"`
	P95   float64 `json:"p95_ms"`
	P99   float64 `json:"p99_ms"`
}

// step is a call of a port of the server's.
type step struct{ port, call string }

// steps in the order of a request's journey, with their names for people.
var steps = []struct {
	step
	name string
}{
	{step{"store", "since"}, "look at the end of the log"},
	{step{"store", "append"}, "append events (synced)"},
	{step{"anagrafe", "consult"}, "ask ANPR (SOAP)"},
	{step{"renderer", "render"}, "render the PDF"},
	{step{"archive", "put"}, "archive (synced)"},
}

// reading is the histogram of each step at one moment.
type reading map[step]histogram

// histogram counts calls by how long they took: counts[i] took at most
// bounds[i] seconds. The last bound is infinite.
type histogram struct {
	bounds []float64
	counts []uint64
}

// histogramOf reads one of a family.
func histogramOf(m *dto.Metric) (h histogram) {
	for _, b := range m.GetHistogram().GetBucket() {
		h.bounds, h.counts = append(h.bounds, b.GetUpperBound()), append(h.counts, b.GetCumulativeCount())
	}
	return h
}

// answeredOf reads how long requests of all routes took.
func answeredOf(m metrics) (all histogram) {
	for _, one := range m["visure_http_seconds"].GetMetric() {
		h := histogramOf(one)
		if all.counts == nil {
			all = h
			continue
		}
		for i := range h.counts {
			all.counts[i] += h.counts[i]
		}
	}
	return all
}

// stepsOf reads the histogram of each step.
func stepsOf(m metrics) reading {
	r := reading{}
	for _, m := range m["visure_port_seconds"].GetMetric() {
		r[step{label(m, "port"), label(m, "call")}] = histogramOf(m)
	}
	return r
}

func label(m *dto.Metric, name string) string {
	for _, l := range m.GetLabel() {
		if l.GetName() == name {
			return l.GetValue()
		}
	}
	return ""
}

// since returns the figures of what happened after an earlier reading.
func (r reading) since(before reading) (all []stepFigures) {
	for _, s := range steps {
		h := r[s.step].minus(before[s.step])
		if h.count() > 0 {
			all = append(all, stepFigures{s.name, int(h.count()), h.quantile(.50), h.quantile(.95), h.quantile(.99)})
		}
	}
	return all
}

func (h histogram) minus(before histogram) histogram {
	counts := make([]uint64, len(h.counts))
	copy(counts, h.counts)
	for i := range before.counts {
		counts[i] -= before.counts[i]
	}
	return histogram{h.bounds, counts}
}

func (h histogram) count() uint64 {
	if len(h.counts) == 0 {
		return 0
	}
	return h.counts[len(h.counts)-1]
}

// quantile returns milliseconds: calls are taken to lie evenly in their bucket,
// and those above the last finite bound at that bound.
func (h histogram) quantile(q float64) float64 {
	rank := q * float64(h.count())
	low, below := 0., 0.
	for i, high := range h.bounds {
		upto := float64(h.counts[i])
		if upto >= rank && upto > below {
			if i < len(h.bounds)-1 {
				low += (high - low) * (rank - below) / (upto - below)
			}
			break
		}
		low, below = high, upto
	}
	return milliseconds(low)
}
