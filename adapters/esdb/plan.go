package esdb

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/visure-anagrafiche/visure/domain"
)

// The compartments of an event's sealed half, as the tag `sealed:"…"` of a field
// names them. Each is sealed by itself, so that one can be opened without the other.
const (
	compartmentPerson = "person" // what identifies people, and what was written about them
	compartmentToken  = "token"  // the keyed hash of the person asked about
)

var compartments = []string{compartmentPerson, compartmentToken}

// plan says how an event type is stored: which fields stand open and which are
// sealed in which compartment. Each part is a struct with the event's own JSON
// names, in its order.
type plan struct {
	open   part
	sealed map[string]part // by compartment
	hidden []string        // names that never stand in the open half
	// required says that some sealed field has no "omitempty" or "omitzero": an
	// event of this type is never stored without its sealed half.
	required bool
}

type part struct {
	shape  reflect.Type
	fields []int // of the event, in the order of shape's
}

var plans sync.Map // reflect.Type to *plan

func planOf(t reflect.Type) (*plan, error) {
	if p, ok := plans.Load(t); ok {
		return p.(*plan), nil
	}
	p, err := newPlan(t)
	if err != nil {
		return nil, err
	}
	plans.Store(t, p)
	return p, nil
}

func newPlan(t reflect.Type) (*plan, error) {
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("event %s is not a struct", t)
	}
	p := &plan{sealed: map[string]part{}, hidden: []string{sealedField}}
	shapes := map[string][]reflect.StructField{}
	for i := range t.NumField() {
		f := t.Field(i)
		compartment := f.Tag.Get("sealed")
		switch {
		case !f.IsExported() && compartment == "":
			continue
		case !f.IsExported(), f.Anonymous:
			return nil, fmt.Errorf("event %s: field %s can be neither stored nor sealed by itself", t, f.Name)
		case compartment != "" && compartment != compartmentPerson && compartment != compartmentToken:
			return nil, fmt.Errorf("event %s: field %s: no compartment is called %q", t, f.Name, compartment)
		}
		shapes[compartment] = append(shapes[compartment], reflect.StructField{Name: f.Name, Type: f.Type, Tag: f.Tag})
		if compartment == "" {
			p.open.fields = append(p.open.fields, i)
			continue
		}
		sealed := p.sealed[compartment]
		sealed.fields = append(sealed.fields, i)
		p.sealed[compartment] = sealed
		name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
		p.hidden = append(p.hidden, cmp.Or(name, f.Name))
		p.required = p.required || !strings.Contains(rest, "omitempty") && !strings.Contains(rest, "omitzero")
	}
	p.open.shape = reflect.StructOf(shapes[""])
	for name, sealed := range p.sealed {
		sealed.shape = reflect.StructOf(shapes[name])
		p.sealed[name] = sealed
	}
	return p, nil
}

// of returns the part of an event as JSON, and whether all its fields are zero.
func (p part) of(event reflect.Value) (text []byte, empty bool, err error) {
	half := reflect.New(p.shape).Elem()
	empty = true
	for to, from := range p.fields {
		half.Field(to).Set(event.Field(from))
		empty = empty && event.Field(from).IsZero()
	}
	text, err = json.Marshal(half.Interface())
	return text, empty, err
}

var typePlans sync.Map // event type to *plan

// planOfType returns the plan of the events stored under a name.
func planOfType(eventType string) (*plan, error) {
	if p, ok := typePlans.Load(eventType); ok {
		return p.(*plan), nil
	}
	e, err := domain.Decode(eventType, []byte(`{}`))
	if err != nil {
		return nil, err
	}
	p, err := planOf(reflect.TypeOf(e))
	if err != nil {
		return nil, err
	}
	typePlans.Store(eventType, p)
	return p, nil
}

// fits says whether a sealed half has a box for each compartment of the type and
// no other.
func (p *plan) fits(half *sealedHalf) bool {
	for _, name := range compartments {
		if _, sealed := p.sealed[name]; sealed != (*half.box(name) != "") {
			return false
		}
	}
	return true
}

// exposed says whether the open half of an event has a member that is to be
// sealed, or a sealed half that was not taken for one.
func (p *plan) exposed(open []byte) (bool, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(open, &members); err != nil {
		return false, err
	}
	for given := range members {
		same := func(name string) bool { return strings.EqualFold(given, name) } // as encoding/json would take it
		if slices.ContainsFunc(p.hidden, same) {
			return true, nil
		}
	}
	return false, nil
}
