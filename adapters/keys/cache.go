package keys

import (
	"bytes"
	"sync"
	"time"
)

// forgetAfter bounds how long a key is remembered, and with it how long one
// that another instance destroyed may still be given.
const forgetAfter = 30 * time.Second

// maxRemembered bounds each half of the cache.
const maxRemembered = 8192

// cache remembers keys in two generations: every half of forgetAfter, or when
// the young one is full, it becomes the aged one, whose keys are forgotten. A key
// is never moved from aged to young, so it is remembered for forgetAfter at most
// however often it is used. A destroyed key is remembered as nil, so that who read
// it from the database before it was destroyed does not put it back.
type cache struct {
	now         func() time.Time
	mu          sync.Mutex
	young, aged map[string][]byte
	turned      time.Time
}

func (c *cache) get(name string) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turn()
	key, ok := c.young[name]
	if !ok {
		key, ok = c.aged[name]
	}
	return bytes.Clone(key), ok && key != nil
}

func (c *cache) put(name string, key []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turn()
	for _, half := range []map[string][]byte{c.young, c.aged} {
		if known, ok := half[name]; ok && known == nil {
			return
		}
	}
	c.young[name] = key
}

func (c *cache) drop(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turn()
	c.young[name] = nil
	delete(c.aged, name)
}

func (c *cache) turn() {
	now := c.now()
	age := now.Sub(c.turned)
	if age < forgetAfter/2 && len(c.young) < maxRemembered {
		return
	}
	c.aged, c.young = c.young, make(map[string][]byte)
	switch {
	case age >= forgetAfter:
		c.aged, c.turned = nil, now
	case age >= forgetAfter/2: // when it was due, so that what is aged is forgotten in time
		c.turned = c.turned.Add(forgetAfter / 2)
	default:
		c.turned = now
	}
}
