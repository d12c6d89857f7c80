package pages

import (
	"sync"

	"github.com/visure-anagrafiche/visure/domain"
)

// MostPolls bounds how many answers one person's pages may wait for at once.
const MostPolls = 16

// crowded is how long a page waits before it asks again whose question was not held: so
// many others of the same person are.
const crowded = "3s"

// polls counts whose pages wait. The zero value is ready to use; it is safe for
// concurrent use.
type polls struct {
	mu      sync.Mutex
	waiting map[domain.UtenteID]int
}

// enter says whether one more may wait. Who was let in leaves.
func (p *polls) enter(id domain.UtenteID) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waiting[id] >= MostPolls {
		return false
	}
	if p.waiting == nil {
		p.waiting = map[domain.UtenteID]int{}
	}
	p.waiting[id]++
	return true
}

func (p *polls) leave(id domain.UtenteID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waiting[id]--; p.waiting[id] == 0 {
		delete(p.waiting, id)
	}
}
