package node_test

import (
	"context"
	"crypto/rand"
	"errors"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb/contract/esdbtest"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// On a full disk writes are refused while reads and subscriptions work. Opened again
// with space, the node has everything that it acknowledged.
func TestAFullDisk(t *testing.T) {
	t.Parallel()
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=100m"); err != nil {
		t.Skipf("only a superuser can make a small disk: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(disk, syscall.MNT_DETACH) })
	dir := filepath.Join(disk, "events")
	n := esdbtest.Start(t, node.Options{Dir: dir})
	client, ctx := esdbtest.Connect(t, n.ConnectionString()), esdbtest.Within(t, time.Minute)
	noise := make([]byte, 100_000) // incompressible
	rand.Read(noise)
	last := uint64(0)
	for {
		w, err := client.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{}, esdb.EventData{EventID: uuid.New(), EventType: "event",
			ContentType: esdb.ContentTypeBinary, Data: noise})
		if err != nil {
			var e *esdb.Error
			if !errors.As(err, &e) || e.Code() != esdb.ErrorUnavailable {
				t.Errorf("a full disk is answered %v", err)
			}
			break
		}
		if last = w.NextExpectedVersion; last > 20_000 {
			t.Fatal("the disk is never full")
		}
	}
	t.Logf("refused after revision %d", last)
	client.Close()
	client = esdbtest.Connect(t, n.ConnectionString())
	read, err := client.ReadStream(ctx, "s", esdb.ReadStreamOptions{Direction: esdb.Backwards, From: esdb.End{}}, last+1)
	if err != nil {
		t.Fatal(err)
	}
	events := uint64(0)
	for {
		if _, err := read.Recv(); err != nil {
			break
		}
		events++
	}
	read.Close()
	if events < last+1 {
		t.Errorf("%d of %d events can be read", events, last+1)
	}
	sub, err := client.SubscribeToAll(ctx, esdb.SubscribeToAllOptions{From: esdb.Start{}})
	if err != nil {
		t.Fatal(err)
	}
	if e := sub.Recv(); e.EventAppeared == nil {
		t.Errorf("a subscription gets %+v", e)
	}
	sub.Close()
	client.Close()
	if err := n.Close(); err != nil {
		t.Error(err)
	}

	if err := syscall.Mount("", disk, "", syscall.MS_REMOUNT, "size=400m"); err != nil {
		t.Fatal(err)
	}
	n = esdbtest.Start(t, node.Options{Dir: dir})
	if v, err := n.Data().Verify(context.Background()); err != nil || uint64(v.Events) < last+1 {
		t.Errorf("afterwards %+v of %d, %v", v, last+1, err)
	}
	client = esdbtest.Connect(t, n.ConnectionString())
	if _, err := client.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{}, esdb.EventData{EventID: uuid.New(), EventType: "event",
		ContentType: esdb.ContentTypeBinary}); err != nil {
		t.Error(err)
	}
}
