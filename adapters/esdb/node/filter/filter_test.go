package filter_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/filter"
)

func TestFilters(t *testing.T) {
	t.Parallel()
	for title, c := range map[string]struct {
		filter      filter.Filter
		stream, typ string
		want        bool
	}{
		"one of the prefixes":            {filter.Filter{Prefixes: []string{"b", "vis"}}, "visura-1", "", true},
		"none of the prefixes":           {filter.Filter{Prefixes: []string{"b", "visura-12"}}, "visura-1", "", false},
		"an empty prefix is any name":    {filter.Filter{Prefixes: []string{""}}, "visura-1", "", true},
		"nothing is nothing":             {filter.Filter{}, "visura-1", "", false},
		"the type":                       {filter.Filter{OnType: true, Prefixes: []string{"vis"}}, "x", "visura.issued", true},
		"the expression wins":            {filter.Filter{Regex: "x", Prefixes: []string{"vis"}}, "visura-1", "", false},
		"anywhere in the name":           {filter.Filter{Regex: "ura-"}, "visura-1", "", true},
		"no system events":               {filter.Filter{OnType: true, Regex: `^[^\$].*`}, "s", "$metadata", false},
		"lookahead":                      {filter.Filter{Regex: `^visura-(?!2)`}, "visura-1", "", true},
		"lookahead, refused":             {filter.Filter{Regex: `^visura-(?!1)`}, "visura-1", "", false},
		"lookbehind":                     {filter.Filter{Regex: `(?<=visura-)1$`}, "visura-1", "", true},
		"a backreference":                {filter.Filter{Regex: `^(\w+)-\1$`}, "a-a", "", true},
		"a backreference, refused":       {filter.Filter{Regex: `^(\w+)-\1$`}, "a-b", "", false},
		"the end is before a final line": {filter.Filter{Regex: `a$`}, "a\n", "", true},
		"digits of all scripts":          {filter.Filter{Regex: `^\d$`}, "\u0663", "", true},
		"letters of all scripts":         {filter.Filter{Regex: `^citt\w$`}, "città", "", true},
	} {
		keep, err := c.filter.Compile()
		if err != nil {
			t.Errorf("%s: %v", title, err)
			continue
		}
		if got, err := keep([]byte(c.stream), []byte(c.typ)); err != nil || got != c.want {
			t.Errorf("%s: %v, %v", title, got, err)
		}
	}
}

func TestExpressionsThatAreRefused(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]error{
		"(":                          filter.ErrSyntax,
		`(?P<go>x)`:                  filter.ErrSyntax,
		`\1`:                         filter.ErrSyntax,
		`\p{IsCyrillic}`:             filter.ErrSyntax, // .NET alone knows blocks
		strings.Repeat("x", 1<<13+1): filter.ErrTooLong,
	} {
		if _, err := (&filter.Filter{Regex: expression}).Compile(); !errors.Is(err, want) {
			t.Errorf("%.20q: %v, want %v", expression, err, want)
		}
	}
}

func TestAnExpressionThatTakesTooLongIsAnError(t *testing.T) {
	t.Parallel()
	keep, err := (&filter.Filter{Regex: `^(a+)+$`}).Compile()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if _, err := keep([]byte(strings.Repeat("a", 64)+"b"), nil); !errors.Is(err, filter.ErrTooSlow) {
		t.Errorf("got %v", err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %s", took)
	}
}

// The deepest nesting that fits into an expression does no harm.
func TestDeepExpressions(t *testing.T) {
	t.Parallel()
	for _, expression := range []string{
		strings.Repeat("(", 4000) + "x" + strings.Repeat(")", 4000),
		strings.Repeat("(?:", 1600) + "x" + strings.Repeat(")*", 1600),
		strings.Repeat("(?=", 2000) + "x" + strings.Repeat(")", 2000),
		strings.Repeat("x|", 4000),
	} {
		keep, err := (&filter.Filter{Regex: expression}).Compile()
		if err != nil {
			t.Errorf("%.20q: %v", expression, err)
			continue
		}
		if _, err := keep([]byte("x"), nil); err != nil {
			t.Errorf("%.20q: %v", expression, err)
		}
	}
}

func BenchmarkExpression(b *testing.B) {
	keep, err := (&filter.Filter{Regex: `^visura-[0-9a-f]+`}).Compile()
	if err != nil {
		b.Fatal(err)
	}
	name := []byte("visura-5a9f28a8-7c8b-4d0c-9d4f-1f1f0a4c9f11")
	for b.Loop() {
		keep(name, nil)
	}
}
