package node

// groupFilter chooses events of the whole log for a group. A regular expression wins over prefixes; with neither it
// matches nothing.
type groupFilter struct {
	OnType   bool     `json:"on_type,omitempty"` // else on the stream's name
	Regex    string   `json:"regex,omitempty"`
	Prefixes []string `json:"prefixes,omitempty"`
}

// compile returns the filter as the journal takes it; nil keeps all.
func (f *groupFilter) compile() (func(stream, typ []byte) bool, error) {
	if f == nil {
		return nil, nil
	}
	match, err := matcher(f.Regex, f.Prefixes)
	if err != nil {
		return nil, err
	}
	if f.OnType {
		return func(_, typ []byte) bool { return match(typ) }, nil
	}
	return func(stream, _ []byte) bool { return match(stream) }, nil
}
