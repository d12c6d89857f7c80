package persistent

import (
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/group"
)

func TestAConsumerThatDoesNotReadIsDroppedBeforeItFillsTheMemory(t *testing.T) {
	t.Parallel()
	g := &runner{config: &definition{Stream: "s", Group: "g"}, consumers: map[group.ConsumerID]*consumer{}}
	g.machine = group.New(time.Now(), g.config.rules(), nil)
	c := &consumer{id: 1, slots: 2, out: newMailbox[group.Push](), dropped: make(chan struct{})}
	g.consumers[c.id] = c
	if err := g.machine.Join(time.Now(), c.id, c.slots); err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		g.push([]group.Push{{Consumer: c.id}})
	}
	select {
	case <-c.dropped:
	default:
		t.Fatal("still there")
	}
	if n := c.out.len(); n > 200 {
		t.Errorf("%d messages wait for it", n)
	}
}
