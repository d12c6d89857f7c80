package simulator

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"
)

// Kind is a way of misbehaving.
type Kind string

// The kinds a Rule may have. Those that come before processing leave no trace
// under the request's id; those that come after leave the stored answer that a
// repeat of the id will get.
const (
	Fault          Kind = "fault"           // before: SOAP 1.1 fault, Text is its faultstring
	Fault12        Kind = "fault12"         // before: SOAP 1.2 fault, Text is its reason
	Unavailable    Kind = "unavailable"     // before: HTTP 503 with a page of HTML
	Reset          Kind = "reset"           // before: the connection is cut
	Hang           Kind = "hang"            // after: no answer until the caller leaves
	Lost           Kind = "lost"            // after: the connection is cut
	Error          Kind = "error"           // the answer is a refusal with Code (and Text, if not ANPR's)
	EmptyErrors    Kind = "empty-errors"    // the answer is a refusal with an empty listaErrori
	UnknownElement Kind = "unknown-element" // the answer has an element outside the schema
	ZonedDates     Kind = "zoned-dates"     // the answer's dates carry a zone
	MTOM           Kind = "mtom"            // the answer is multipart
	Delay          Kind = "delay"           // nothing but the rule's Delay
)

// Faultstrings seen in public tickets, for rules of kind Fault.
var Faultstrings = []string{
	"Rejected by policy. (from client)",
	"Internal Error (from client)",
	"certificate revoked (from client)",
	"Aborting...Postazione certificate does not seem to carry a valid CN name (from client)",
	"PKCS#7 argument error: malformed DER encoded PKCS#7 object (from client)",
	"Aborting...Invalid request received ErrorNL (from client)",
	"Malformed content (from server)",
	"Internal Error (from server)",
}

// Rule makes some calls go wrong. Empty targets mean any.
type Rule struct {
	Comune        string        `json:"comune,omitempty"`         // ISTAT code of the sender
	CodiceFiscale string        `json:"codice_fiscale,omitempty"` // of the subject
	Operation     string        `json:"operation,omitempty"`      // 3002 or 6001
	Count         int           `json:"count,omitempty"`          // next N matching calls, 0 without end
	Share         float64       `json:"share,omitempty"`          // of matching calls, 0 means all
	Kind          Kind          `json:"kind"`
	Code          string        `json:"code,omitempty"`
	Text          string        `json:"text,omitempty"`
	Delay         time.Duration `json:"delay,omitempty"` // added to the latency, in nanoseconds
}

// check refuses a rule that could not work.
func (r Rule) check() error {
	known := []Kind{Fault, Fault12, Unavailable, Reset, Hang, Lost, Error, EmptyErrors, UnknownElement, ZonedDates, MTOM, Delay}
	switch {
	case !slices.Contains(known, r.Kind):
		return fmt.Errorf("unknown kind %q", r.Kind)
	case r.Kind == Error && r.Code == "":
		return fmt.Errorf("kind %q needs a code", r.Kind)
	case r.Share < 0 || r.Share > 1:
		return fmt.Errorf("share %v is not between 0 and 1", r.Share)
	case r.Count < 0 || r.Delay < 0:
		return fmt.Errorf("count %d or delay %s below nothing", r.Count, r.Delay)
	case r.Operation != "" && !slices.ContainsFunc(operations, func(op operation) bool { return op.code == r.Operation }):
		return fmt.Errorf("unknown operation %q", r.Operation)
	}
	return nil
}

// Latency is how long processing takes: Median, and Tail one time in a hundred.
// The spread between is exponential. Zero is no time at all.
type Latency struct {
	Median time.Duration `json:"median"`
	Tail   time.Duration `json:"tail,omitempty"`
}

// script holds the rules in force and the dice, safe for concurrent use.
type script struct {
	mu      sync.Mutex
	dice    *rand.Rand
	rules   []Rule
	latency Latency
}

// add puts a rule in force, before older ones.
func (s *script) add(r Rule) error {
	if err := r.check(); err != nil {
		return err
	}
	r.CodiceFiscale = strings.ToUpper(r.CodiceFiscale)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = append([]Rule{r}, s.rules...)
	return nil
}

func (s *script) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = nil
}

func (s *script) list() []Rule {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.rules)
}

func (s *script) setLatency(l Latency) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latency = l
}

// next is the rule for a call, nil if it goes well. A rule counted out is gone.
func (s *script) next(comune, operation, codiceFiscale string) *Rule {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.rules {
		r := s.rules[i]
		if (r.Comune != "" && r.Comune != comune) || (r.Operation != "" && r.Operation != operation) ||
			(r.CodiceFiscale != "" && r.CodiceFiscale != codiceFiscale) || (r.Share > 0 && s.dice.Float64() >= r.Share) {
			continue
		}
		if r.Count == 1 {
			s.rules = slices.Delete(s.rules, i, i+1)
		} else if r.Count > 1 {
			s.rules[i].Count--
		}
		return &r
	}
	return nil
}

// wait is how long the next call takes.
func (s *script) wait() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.latency
	if l.Median <= 0 {
		return 0
	}
	if l.Tail > l.Median && s.dice.Float64() < 0.01 {
		return l.Tail
	}
	// Half of the median is fixed; the rest has its own median ln 2.
	return l.Median/2 + time.Duration(s.dice.ExpFloat64()/0.6931*float64(l.Median/2))
}
