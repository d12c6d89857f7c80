package pages

// field is one text field of a form, as it is shown.
type field struct {
	ID, Label, Class, Hint, Value, Err string
	Optional                           bool
}

// newField is a field of a form, filled with what was typed into it. A label that ends
// with ? is of one that may be left empty.
func newField(f interface {
	Val(string) string
	Err(string) string
}, id, label, class, hint string) field {
	optional := label[len(label)-1] == '?'
	if optional {
		label = label[:len(label)-1]
	}
	return field{id, label, class, hint, f.Val(id), f.Err(id), optional}
}
