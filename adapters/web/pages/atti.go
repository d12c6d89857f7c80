package pages

import "github.com/visure-anagrafiche/visure/adapters/web/edge"

// act is a form of a page that has several, as it is shown.
type act struct {
	Key, To, Summary, Button string
	Danger, Open             bool
	Text                     string
	Hidden                   []option
	Fields                   []input
	Modulo                   string
}

// input is a field of such a form.
type input struct {
	ID, Name, Label, Kind, Hint, Value, Err string // Kind: text, day, long, text-long, select, code
	Max                                     int
	Options                                 []option
}

// bench makes the forms of a page that has several: what was typed in the one that was
// sent is in it again, and what is wrong is tied to its fields.
type bench struct {
	on   *form
	base string // address of the page, below which all forms go
	by   edge.Caller
}

// make completes a form with where it goes and what was typed in it.
func (b *bench) make(key, to string, stepUp bool, one act) act {
	one.Key, one.To, one.Modulo = key, b.base+to, tokenOf(b.by.Secret)
	one.Hidden = append(one.Hidden, option{Value: key, Text: "quale"})
	if stepUp && !b.by.SteppedUp {
		one.Fields = append(one.Fields, input{Name: "secondo", Label: "Codice a 6 cifre dell’app", Kind: "code", Hint: "Chiesto per ciò che dà diritti, una volta ogni dieci minuti."})
	}
	typed := b.on.Val("quale") == key
	one.Open = typed && (len(b.on.Errors) > 0 || b.on.Problem != nil)
	for i := range one.Fields {
		f := &one.Fields[i]
		f.ID = key + "-" + f.Name
		if f.Err = b.on.Err(f.ID); typed && f.Kind != "code" {
			f.Value = b.on.Val(f.Name)
		}
		for j := range f.Options {
			f.Options[j].Chosen = f.Options[j].Value == f.Value
		}
	}
	return one
}

// keyed ties what is wrong to the fields of the form that was sent.
func (f *form) keyed() {
	key := f.Val("quale")
	for i := range f.Errors {
		f.Errors[i].Field = key + "-" + f.Errors[i].Field
	}
}
