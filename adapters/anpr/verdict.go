package anpr

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Short names for the classes, as the tables below are long.
const (
	final         = domain.FailureFinal
	configuration = domain.FailureConfiguration
	retry         = domain.FailureRetry
	unknown       = domain.FailureUnknown
)

// rule is what one code of the registry means for us. Specific tells which of
// several codes is the cause: the highest is.
type rule struct {
	class    domain.FailureClass
	specific int
	after    time.Duration // hint for the next try
}

const (
	support  = iota // accompanies an error, never is one
	generic         // says that, not why
	nothing         // an empty result, which another code may explain
	presumed        // by prefix, or not known at all
	known
)

// rules are the codes a consultation can meet (ANPR.md section 6); the others
// are classified by their prefix.
var rules = build(map[domain.FailureClass]string{
	final: `ES003 ES100 ES101 ES102 EF001 EF002 ENT04 EN042 EN185
		EN043 EN067 EN095 EN115 EN131 EN175 ENT01 EN313
		EN068 EN069 EN070 EN071 EN072 EN073 EN074 EN075 EN183
		EN083 EN084 EN085 EN086 EN087 EN088 EN089 EN090
		EN047 EN049 EN160 EN229 EN413 EN054 EN170 EN228
		EN044 EN045 EN046 EN048 EN055 EN056 EN057 EN058 EN059 EN060 EN061 EN062 EN110 EN137 EN138 EN161 EN162 EN163 EN164
		EN176 EN181 EN203 EN221 EN222 EN328 EN353 EN404 EN407 EN410 EN412 EN417 EN418 EN419 EN422 EN423 EN434 EN435
		EN167 EN180 EN204 EN210 EN493
		EN119 EN134 EN135 EN136 EN213
		EN469 EN470 EN471 EN472`,
	configuration: `EN081 EN082 EN129 EN132 EN178 ES004 ES005 EN448
		EN124 EN050 EN051 EN052 EN053 EN066 EN449 EN106 EN165 EN174 EN189 EN198 EN371 EN372 EN479
		EN379 EN489 EN079 EN080 SP000
		ES058 ES061 ES062 ES063 ES066 ES114 ES115
		EN116 EN120 EN121 EN123 EN208 EN209 EN217 EN281 EN282 EN283 EN284 EN285 EN391`,
	retry: `EN212 EN214 EN492`,
	// The answer is being made: the same id will bring it.
	unknown: `EN099 EN108 EN109`,
})

// inProgress is how long an operation on a family is given to end.
const inProgress = 15 * time.Minute

func build(table map[domain.FailureClass]string) map[string]rule {
	rules := map[string]rule{
		"EN527": {class: retry, specific: support},
		"EN148": {class: final, specific: generic},
		"XXXX":  {class: configuration, specific: generic},
		"999":   {class: retry, specific: generic},
		"EN122": {class: final, specific: nothing},
		"EN130": {class: final, specific: nothing},
		"EN133": {class: final, specific: nothing},
	}
	for class, codes := range table {
		for _, code := range strings.Fields(codes) {
			r := rule{class: class, specific: known}
			switch class {
			case retry:
				r.after = inProgress
			case unknown:
				r.after = stillRunning
			}
			rules[code] = r
		}
	}
	return rules
}

// prefixes classify what the table does not name: codes absent from the decoding
// tables and header fields are our mistakes, the rest is about the person.
var prefixes = []struct {
	prefix string
	class  domain.FailureClass
}{
	{"EC", configuration},
	{"EHR", configuration},
	{"SP", configuration},
}

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
	if r, ok := rules[code]; ok {
		return r
	}
	for _, p := range prefixes {
		if strings.HasPrefix(code, p.prefix) {
			return rule{class: p.class, specific: presumed}
		}
	}
	return rule{class: final, specific: presumed}
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
