package anpr

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// Short names for the classes.
const (
	final         = domain.FailureFinal
	configuration = domain.FailureConfiguration
	retry         = domain.FailureRetry
	unknown       = domain.FailureUnknown
)

// How specific a code is tells which of several is the cause: the highest is.
const (
	support  = iota // accompanies an error, never is one
	generic         // says that, not why
	nothing         // an empty result, which another code may explain
	presumed        // by prefix, or not known at all
	known
)

// lessSpecific are the codes that another may explain.
var lessSpecific = map[string]int{
	"EN527": support,
	"EN148": generic, "XXXX": generic, "999": generic,
	"EN122": nothing, "EN130": nothing, "EN133": nothing,
}

// rule is what one entry of a refusal has us do.
type rule struct {
	class    domain.FailureClass
	specific int
	after    time.Duration // hint for the next try
}

// inProgress is how long an operation on a family is given to end.
const inProgress = 15 * time.Minute

// stillRunning is how long the registry is given to finish what it began.
const stillRunning = 5 * time.Second

// classify returns the rule of one entry.
func classify(e wireErrore) rule {
	// Whatever the code, these words say that the first call with this id has
	// not ended: its answer will be there for the same id.
	if strings.Contains(strings.ToLower(e.Testo), "ancora in elaborazione") {
		return rule{class: unknown, specific: known, after: stillRunning}
	}
	code := strings.ToUpper(trim(e.Codice))
	class, named := documento.ClassOf(code)
	specific, less := lessSpecific[code]
	switch {
	case less:
		return rule{class: class, specific: specific}
	case !named:
		return rule{class: class, specific: presumed}
	case class == retry:
		return rule{class: class, specific: known, after: inProgress}
	case class == unknown: // the answer is being made: the same id will bring it
		return rule{class: class, specific: known, after: stillRunning}
	}
	return rule{class: class, specific: known}
}

// refusal classifies a refusal by all its entries: the most specific is the cause,
// errors before warnings, first come first. A refusal that names no cause at
// all may be asked again, with a new id since this answer is stored.
func refusal(t wireTestata, errori []wireErrore, nazionale bool) *commands.AnagrafeError {
	failure := &commands.AnagrafeError{Class: retry, IDOperazioneANPR: trim(t.IDANPR)}
	causes := slices.Clone(errori)
	slices.SortStableFunc(causes, func(a, b wireErrore) int {
		return cmp.Or(cmp.Compare(classify(b).specific, classify(a).specific), cmp.Compare(warning(a), warning(b)))
	})
	for i, e := range causes {
		if code := strings.ToUpper(trim(e.Codice)); code != "" {
			failure.Codes = append(failure.Codes, code)
		}
		if i == 0 {
			r := classify(e)
			failure.Class, failure.RetryAfter, failure.Text = r.class, r.after, trim(e.Testo)
		}
	}
	// While an operation is going on only the family's own Comune may read it:
	// for the others there is nothing to wait for.
	if nazionale && failure.Class == retry && failure.RetryAfter == inProgress {
		failure.Class, failure.RetryAfter = final, 0
	}
	return failure
}

// warning orders errors before warnings.
func warning(e wireErrore) int {
	if trim(e.Tipo) == "W" {
		return 1
	}
	return 0
}

// absent says that a refusal means only that there is nothing on that day:
// the end of a walk back in time.
func absent(failure *commands.AnagrafeError) bool {
	if failure.Class != final || len(failure.Codes) == 0 {
		return false
	}
	switch failure.Codes[0] {
	case "EN122", "EN130", "EN133", "ES003", "ES102", "EN042", "EN412", "EN419":
		return true
	}
	return false
}
