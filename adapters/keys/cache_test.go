package keys

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Somebody reads a key from the database, it is destroyed, and only then do
// they come to remember it.
func TestADestroyedKeyIsNotRememberedAgain(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	c := cache{now: func() time.Time { return now }}
	c.put("visura-1", []byte("key"))
	c.put("visura-2", []byte("other"))
	c.drop("visura-1")
	c.put("visura-1", []byte("key"))
	now = now.Add(forgetAfter / 2)
	c.put("visura-1", []byte("key"))
	if key, ok := c.get("visura-1"); ok {
		t.Errorf("still gives %q", key)
	}
	if key, ok := c.get("visura-2"); !ok || string(key) != "other" {
		t.Errorf("the others are gone too: %q, %v", key, ok)
	}
}

func TestNoKeyIsRememberedForLongerThanPromisedHoweverItIsUsed(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		now := start
		c := cache{now: func() time.Time { return now }}
		pass := func() {
			now = now.Add(forgetAfter * time.Duration(rapid.IntRange(0, 20).Draw(t, "twentieths")) / 20)
		}
		for range rapid.IntRange(0, 3).Draw(t, "before") {
			pass()
			c.put("visura-2", []byte("other"))
		}
		pass()
		c.put("visura-1", []byte("key"))
		made := now
		for range 5 {
			pass()
			if _, ok := c.get("visura-1"); ok && now.Sub(made) > forgetAfter {
				t.Fatalf("a key is given %s after it was read", now.Sub(made))
			}
		}
	})
}
