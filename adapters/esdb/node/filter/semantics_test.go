package filter_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/filter"
)

func keeps(t rapid.TB, f filter.Filter, stream, typ string) bool {
	t.Helper()
	keep, err := f.Compile()
	if err != nil {
		t.Fatalf("%+v: %v", f, err)
	}
	kept, err := keep([]byte(stream), []byte(typ))
	if err != nil {
		t.Fatalf("%+v of %q: %v", f, stream, err)
	}
	return kept
}

// What .NET finds, and Go's own expressions would not or would find otherwise.
// The wanted answers are those of the language reference of .NET.
func TestExpressionsAreThoseOfDotNet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		says, expression, name string
		want                   bool
	}{
		{"the case counts", `VISURA`, "visura-1", false},
		{"unless it is said not to", `(?i)VISURA`, "visura-1", true},
		{"or not within a group", `(?i:VIS)URA`, "visura-1", false},
		{"$ is the end", `1$`, "visura-11\nx", false},
		{`\z is the very end`, `1\z`, "visura-1\n", false},
		{`\Z is the end or before a final newline`, `1\Z`, "visura-1\n", true},
		{"$ of a line needs its option", `(?m)1$`, "visura-1\nx", true},
		{"^ of a line needs its option", `^x`, "visura-1\nx", false},
		{"^ of a line with its option", `(?m)^x`, "visura-1\nx", true},
		{"a dot is no newline", `a.b`, "a\nb", false},
		{"a dot is any character with its option", `(?s)a.b`, "a\nb", true},
		{"a dot is one character of any plane", `^a.b$`, "a€b", true},
		{"blanks count", `a b`, "ab", false},
		{"or not, with the option", `(?x)a b # and this`, "ab", true},
		{"a named group", `^(?<kind>\w+)-\k<kind>$`, "a-a", true},
		{"a named group in quotes", `^(?'kind'\w+)-\k'kind'$`, "a-a", true},
		{"an atomic group does not give back", `^(?>a+)ab$`, "aaab", false},
		{"an ordinary group does", `^(?:a+)ab$`, "aaab", true},
		{"a lazy quantifier", `^a+?$`, "aaa", true},
		{"not followed", `^visura-(?!erased)`, "visura-erased", false},
		{"not preceded", `(?<!test-)visura`, "test-visura", false},
		{"preceded by more than one length", `(?<=v\w+-)1`, "visura-1", true},
		{"a condition", `^(a)?(?(1)b|c)$`, "ab", true},
		{"a condition that does not hold", `^(a)?(?(1)b|c)$`, "c", true},
		{"a condition that refuses", `^(a)?(?(1)b|c)$`, "ac", false},
		{"balanced groups", `^(?:(?<o>\()|(?<-o>\))|[^()])*(?(o)(?!))$`, "(a(b))", true},
		{"unbalanced groups", `^(?:(?<o>\()|(?<-o>\))|[^()])*(?(o)(?!))$`, "(a(b)", false},
		{"a class without another", `^[a-z-[aeiou]]+$`, "vsr", true},
		{"a class without another, refused", `^[a-z-[aeiou]]+$`, "visura", false},
		{"a Unicode class", `^\p{Lu}+$`, "ÀÈ", true},
		{"not of a Unicode class", `^\P{Lu}+$`, "àè", true},
		{"a Unicode script", `^\p{Cyrillic}+$`, "щука", true},
		{"a blank of any script", `^\s$`, "\u2003", true},
		{"a word boundary between letters of any script", `\bè`, "caffè", false},
		{"a dollar sign by itself", `^\$`, "$system", true},
		{"a hexadecimal escape", `^\x76`, "visura", true},
		{"a Unicode escape", `\u00e0$`, "città", true},
		{"an exact count", `^\d{4}$`, "20261", false},
		{"an empty alternative", `^(a|)$`, "", true},
		{"the empty name", `^$`, "", true},
		{"a comment", `a(?#comment)b`, "ab", true},
		{"greedy over prefixes", `^visura-.*-v1$`, "visura-1-v1-v1", true},
	} {
		if got := keeps(t, filter.Filter{Regex: c.expression}, c.name, ""); got != c.want {
			t.Errorf("%s: %s of %q is %v", c.says, c.expression, c.name, got)
		}
	}
}

// A name that is not UTF-8 is matched, with a mark for what cannot be read.
func TestNamesThatAreNotUTF8AreMatched(t *testing.T) {
	t.Parallel()
	name := "visura-\xff1"
	if !keeps(t, filter.Filter{Regex: `^visura-.1$`}, name, "") {
		t.Error("an expression does not find it")
	}
	if !keeps(t, filter.Filter{Prefixes: []string{"visura-\xff"}}, name, "") {
		t.Error("a prefix of the same bytes does not find it")
	}
	if keeps(t, filter.Filter{Prefixes: []string{"visura-\uFFFD"}}, name, "") {
		t.Error("a prefix of other bytes finds it")
	}
}

// Prefixes are compared as they are: nothing in them is an operator, and they
// count at the start of the name only.
func TestPrefixesAreTakenLiterally(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		prefixes := rapid.SliceOfN(rapid.StringN(0, 6, -1), 0, 4).Draw(t, "prefixes")
		name := rapid.OneOf(rapid.String(), rapid.StringMatching(`[.*$^a]{0,6}`)).Draw(t, "name")
		if len(prefixes) > 0 && rapid.Bool().Draw(t, "with one of them") {
			name = prefixes[0] + name
		}
		want := false
		for _, p := range prefixes {
			want = want || strings.HasPrefix(name, p)
		}
		if got := keeps(t, filter.Filter{Prefixes: prefixes}, name, "x"); got != want {
			t.Fatalf("by stream %v, want %v", got, want)
		}
		if got := keeps(t, filter.Filter{OnType: true, Prefixes: prefixes}, "x", name); got != want {
			t.Fatalf("by type %v, want %v", got, want)
		}
	})
}

// A prefix and the anchored expression of its quoted characters choose alike.
func TestAPrefixIsAnAnchoredExpression(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		prefix := rapid.StringMatching(`[a-z0-9.$^*+?()|{}\[\]\\ #-]{1,8}`).Draw(t, "prefix")
		name := rapid.StringMatching(`[a-z0-9.$^*+?()|{}\[\]\\ #-]{0,10}`).Draw(t, "name")
		if rapid.Bool().Draw(t, "begins so") {
			name = prefix + name
		}
		var quoted strings.Builder
		for _, r := range prefix {
			if !('a' <= r && r <= 'z' || '0' <= r && r <= '9') {
				quoted.WriteByte('\\')
			}
			quoted.WriteRune(r)
		}
		byPrefix := keeps(t, filter.Filter{Prefixes: []string{prefix}}, name, "")
		if byExpression := keeps(t, filter.Filter{Regex: "^" + quoted.String()}, name, ""); byExpression != byPrefix {
			t.Fatalf("expression %v, prefix %v", byExpression, byPrefix)
		}
	})
}

// Whatever a client sends is refused or compiled; whatever compiles decides or
// says that it cannot: nothing ends the process.
func TestAnyExpressionIsRefusedOrDecides(t *testing.T) {
	t.Parallel()
	piece := rapid.SampledFrom([]string{"(", ")", "[", "]", "{", "}", "*", "+", "?", "|", "^", "$", `\`, ".", "-", "<", ">", "=", "!", ":", "#",
		"a", "1", ",", "(?", "(?<", "(?(", `\k`, `\p{L}`, `\1`, `[^`, "{1,3}", "é", "\x00", "\xff"})
	rapid.Check(t, func(t *rapid.T) {
		expression := strings.Join(rapid.SliceOfN(piece, 1, 12).Draw(t, "pieces"), "")
		keep, err := (&filter.Filter{Regex: expression}).Compile()
		if err != nil {
			return
		}
		for _, name := range []string{"", "a", "aa1", "(a)", "\xff"} {
			_, _ = keep([]byte(name), nil)
		}
	})
}

// The same filter is used by several subscriptions at once.
func TestAFilterServesSeveralAtOnce(t *testing.T) {
	t.Parallel()
	for _, f := range []filter.Filter{{Regex: `^visura-(\d+)-\1$`}, {Prefixes: []string{"visura-"}}} {
		keep, err := f.Compile()
		if err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				for i := range 200 {
					name, want := "visura-12-12", true
					if i%2 == 0 {
						name, want = "other-12-13", false
					}
					if got, err := keep([]byte(name), nil); got != want || err != nil {
						t.Errorf("%s: %v, %v", name, got, err)
						return
					}
				}
			})
		}
		group.Wait()
	}
}

func TestNoFilterKeepsAll(t *testing.T) {
	t.Parallel()
	var none *filter.Filter
	if keep, err := none.Compile(); keep != nil || err != nil {
		t.Errorf("%v, %v", keep != nil, err)
	}
}

// A group's filter is stored as JSON and must choose alike when read back.
func TestAFilterIsStoredWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := filter.Filter{OnType: rapid.Bool().Draw(t, "on type"), Regex: rapid.String().Draw(t, "expression"),
			Prefixes: rapid.SliceOfN(rapid.String(), 0, 3).Draw(t, "prefixes")}
		if !utf8.ValidString(f.Regex) {
			t.Skip("not from the wire")
		}
		text, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		var back filter.Filter
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		if len(f.Prefixes) == 0 {
			f.Prefixes = nil
		}
		if diff := cmp.Diff(f, back); diff != "" {
			t.Fatal(diff)
		}
	})
}
