package pages

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
)

// refusal is what is wrong with a field, in a sentence that stands above it and in the
// summary.
type refusal struct{ Field, Text string }

// form is what a page shows of a form: what was typed and what is wrong with it. The
// zero value is a form nobody has filled.
type form struct {
	Errors  []refusal
	Problem *edge.Problem // what is refused and belongs to no field
	values  url.Values
}

// filled is the form that a request brings.
func filled(r *http.Request) form { return form{values: r.PostForm} }

// preset is a form as it is offered, name by name and value by value.
func preset(pairs ...string) form {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return form{values: values}
}

// set has a field hold a value.
func (f *form) set(field, value string) {
	if f.values == nil {
		f.values = url.Values{}
	}
	f.values.Set(field, value)
}

// Val is what a field holds.
func (f form) Val(field string) string { return f.values.Get(field) }

// Has says whether a field that may hold several holds a value.
func (f form) Has(field, value string) bool { return slices.Contains(f.values[field], value) }

// All are the values of a field that may hold several.
func (f form) All(field string) []string { return f.values[field] }

// Err is what is wrong with a field, or nothing.
func (f form) Err(field string) string {
	for _, e := range f.Errors {
		if e.Field == field {
			return e.Text
		}
	}
	return ""
}

// refuse says what is wrong with a field.
func (f *form) refuse(field, text string) { f.Errors = append(f.Errors, refusal{field, text}) }

// misdated says that no day is written in a field, and of which day it asks.
func (f *form) misdated(field string) {
	f.refuse(field, cmp.Or(daysAsked[field], "La data")+" si scrive gg/mm/aaaa.")
}

// daysAsked are the days that fields ask for, where a form may ask for several.
var daysAsked = map[string]string{"data": "La data dell’atto", "dal": "La data di inizio", "al": "La data di fine"}

// add says what a domain type finds wrong with a field.
func (f *form) add(field string, err error) {
	var refused *domain.Error
	if errors.As(err, &refused) {
		f.refuse(field, edge.Sentence(refused.Message))
	}
}

// text is a field without blanks around it.
func (f form) text(field string) string { return strings.TrimSpace(f.Val(field)) }

// refused is the form with what the edge refused about it: beside the field if one is
// named, else before all.
func (f form) refused(p *edge.Problem) form {
	if p.Status == http.StatusTooManyRequests {
		f.Problem = p // no field is wrong
		return f
	}
	f.Errors = slices.Clone(f.Errors)
	for _, o := range p.Errors {
		f.refuse(idOf(o.Field), edge.Sentence(o.Message))
	}
	if len(p.Errors) == 0 || p.Contatto != "" {
		f.Problem = p
	}
	return f
}

// idOf is the id of the field that holds an item of a command: soggetto.codice_fiscale
// is codice_fiscale.
func idOf(item string) string { return item[strings.LastIndexByte(item, '.')+1:] }
