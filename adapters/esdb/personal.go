package esdb

import (
	"fmt"
	"reflect"
	"sync"
)

// plan says how an event type is stored: which fields stand open and which are
// sealed. Both halves are structs with the event's own JSON names, in its
// order, so the stored form is that of the event less the personal fields.
type plan struct {
	open, personal           reflect.Type
	openFields, sealedFields []int
}

// sealedField carries the sealed half in the stored JSON.
const sealedField = "sealed"

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
	p := &plan{}
	var open, personal []reflect.StructField
	for i := range t.NumField() {
		f := t.Field(i)
		switch {
		case !f.IsExported() && f.Tag.Get("personal") == "":
			continue
		case !f.IsExported(), f.Anonymous:
			return nil, fmt.Errorf("event %s: field %s can be neither stored nor sealed by itself", t, f.Name)
		}
		f = reflect.StructField{Name: f.Name, Type: f.Type, Tag: f.Tag}
		if f.Tag.Get("personal") == "true" {
			personal, p.sealedFields = append(personal, f), append(p.sealedFields, i)
		} else {
			open, p.openFields = append(open, f), append(p.openFields, i)
		}
	}
	if len(personal) == 0 {
		return p, nil
	}
	open = append(open, reflect.StructField{
		Name: "Sealed_", Type: reflect.TypeFor[string](), Tag: `json:"` + sealedField + `,omitempty"`,
	})
	p.open, p.personal = reflect.StructOf(open), reflect.StructOf(personal)
	return p, nil
}

// split returns the two halves of an event; personal is nil when there is
// nothing to seal.
func (p *plan) split(event reflect.Value) (open reflect.Value, personal any) {
	open = reflect.New(p.open).Elem()
	for to, from := range p.openFields {
		open.Field(to).Set(event.Field(from))
	}
	half, empty := reflect.New(p.personal).Elem(), true
	for to, from := range p.sealedFields {
		half.Field(to).Set(event.Field(from))
		empty = empty && event.Field(from).IsZero()
	}
	if empty {
		return open, nil
	}
	return open, half.Interface()
}
