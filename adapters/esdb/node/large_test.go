package node_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
)

// Memory and time to open do not grow with the history. The limits are for ten
// million events: make large.
func TestALongHistoryCostsNothing(t *testing.T) {
	total, _ := strconv.Atoi(os.Getenv("VISURE_BENCH_EVENTS"))
	if total == 0 {
		t.Skip("VISURE_BENCH_EVENTS says how many events to write")
	}
	dir := t.TempDir()
	if at := os.Getenv("VISURE_BENCH_DIR"); at != "" {
		dir = at
	}
	c := startChild(t, dir)
	client := c.client()
	var written atomic.Int64
	began := time.Now()
	var writing sync.WaitGroup
	for range 4 {
		writing.Go(func() {
			for {
				n := written.Add(200)
				if n > int64(total) {
					return
				}
				if err := appendSmall(client, n); err != nil {
					t.Error(err)
					return
				}
				if n%int64(total/20) == 0 {
					now, most := c.resident()
					t.Logf("%9d events  %6.0f/s  %4d MB, at most %4d", n, float64(n)/time.Since(began).Seconds(), now, most)
				}
			}
		})
	}
	writing.Wait()
	t.Logf("%d events in %v", total, time.Since(began))
	client.Close()
	c.kill()
	for _, how := range []string{"killed", "closed"} {
		began = time.Now()
		c = startChild(t, dir)
		opened := time.Since(began)
		now, most := c.resident()
		t.Logf("%s: open after %v, %d MB, at most %d", how, opened, now, most)
		if opened > 2*time.Second || most > 150 {
			t.Errorf("%s: opened in %v with %d MB", how, opened, most)
		}
		if how == "killed" {
			c.stop()
		}
	}
	client = c.client()
	began = time.Now()
	s, err := client.SubscribeToAll(context.Background(), esdb.SubscribeToAllOptions{From: esdb.Start{}})
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < total; {
		e := s.Recv()
		if e.SubscriptionDropped != nil {
			t.Fatal(e.SubscriptionDropped.Error)
		}
		if e.EventAppeared != nil {
			n++
			if n%(total/10) == 0 {
				now, most := c.resident()
				t.Logf("%9d read  %6.0f/s  %4d MB, at most %4d", n, float64(n)/time.Since(began).Seconds(), now, most)
			}
		}
	}
	s.Close()
	client.Close()
	c.stop()
	began = time.Now()
	d := openData(t, dir)
	defer d.Close()
	if v, err := d.Verify(context.Background()); err != nil || v.Events != total {
		t.Errorf("verified %+v, %v", v, err)
	}
	t.Logf("verified in %v", time.Since(began))
}

func appendSmall(client *esdb.Client, n int64) error {
	events := make([]esdb.EventData, 200)
	for i := range events {
		events[i] = esdb.EventData{EventID: uuid.New(), EventType: "visura.downloaded.v1", ContentType: esdb.ContentTypeJson,
			Data:     fmt.Appendf(nil, `{"number":%d,"sha256":"%x"}`, n+int64(i), uuid.New()),
			Metadata: fmt.Appendf(nil, `{"$correlationId":"%s"}`, uuid.New())}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, err := client.AppendToStream(ctx, fmt.Sprint("visura-", n), esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}, events...)
	return err
}
