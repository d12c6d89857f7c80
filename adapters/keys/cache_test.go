package keys

import (
	"testing"
	"time"
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
