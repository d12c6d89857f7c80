package people

// State is the State the address is in.
func (f *Foreign) State() *State { return f.post.State }

// Locality is the town.
func (f *Foreign) Locality() string { return f.post.Town }

// County is the province or county, "" where there is none.
func (f *Foreign) County() string { return f.post.County }

// CAP is the post code.
func (f *Foreign) CAP() string { return f.post.CAP }

// Consulate is the competent one: its code in table 40 and its seat.
func (f *Foreign) Consulate() (code, seat string) { return f.post.Code, f.post.Seat }
