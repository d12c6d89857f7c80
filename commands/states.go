package commands

// maxFacts bounds how many streams' states are remembered that others' decisions
// rest on, some 1.1 KB each: those of 15,000 operators who ask, and what is around
// them.
const maxFacts = 49_152

// states are the folded states of streams, in two parts: those that others'
// decisions rest on, of which as many are kept as there is room for, and those that
// are commanded, which pass by. A stream is in one of them. The zero value is empty;
// it is not safe for concurrent use.
type states struct {
	facts    resident[remembrance]
	commands recent[remembrance]
}

// get returns what is remembered of a stream. What is got as a fact is one from
// then on.
func (s *states) get(stream string, fact bool) (remembrance, bool) {
	if r, ok := s.facts.get(stream); ok {
		return r, true
	}
	r, ok := s.commands.get(stream)
	if ok && fact {
		s.put(stream, r, true)
	}
	return r, ok
}

// put remembers the state of a stream, as a fact if it was read as one or is one
// already.
func (s *states) put(stream string, r remembrance, fact bool) {
	if _, known := s.facts.get(stream); !fact && !known {
		s.commands.put(stream, r)
		return
	}
	s.commands.delete(stream)
	s.facts.put(stream, r, maxFacts)
}
