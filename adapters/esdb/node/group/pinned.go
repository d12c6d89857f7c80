package group

import "hash/fnv"

const bucketCount = 1024

// pins assigns the events of one key to one consumer: keys are hashed to buckets,
// and a bucket has one owner as long as that is connected. A bucket without owner is
// assigned at its next event to the consumer with most free slots.
type pins struct {
	owners   [bucketCount]*consumer
	inFlight [bucketCount]int
	assigned int
	owed     int // sum of consumer.owed
}

func bucketOf(key string) uint16 {
	h := fnv.New32a()
	h.Write([]byte(key))
	return uint16(h.Sum32() % bucketCount)
}

// choose returns the owner of the bucket if it has a free slot, else nil.
func (p *pins) choose(bucket uint16, consumers []*consumer) *consumer {
	if c := p.owners[bucket]; c != nil {
		if c.free() {
			return c
		}
		return nil
	}
	var best *consumer
	for _, c := range consumers {
		if !c.free() {
			continue
		}
		if best == nil || c.slots-c.inFlight > best.slots-best.inFlight ||
			c.slots-c.inFlight == best.slots-best.inFlight && c.buckets < best.buckets {
			best = c
		}
	}
	p.assign(bucket, best)
	return best
}

func (p *pins) assign(bucket uint16, c *consumer) {
	if old := p.owners[bucket]; old != nil {
		old.buckets--
		p.assigned--
	}
	p.owners[bucket] = c
	if c != nil {
		c.buckets++
		p.assigned++
	}
}

// joined assigns to a new consumer its share of the assigned buckets, but only
// buckets without a message in flight, so that order is kept; the others are owed to
// it until they become idle.
func (p *pins) joined(c *consumer, consumers []*consumer) {
	if c.slots == 0 {
		return
	}
	sharing := 0
	for _, other := range consumers {
		if other.slots > 0 {
			sharing++
		}
	}
	c.owed = p.assigned / sharing
	p.owed += c.owed
	for bucket := uint16(0); bucket < bucketCount && c.owed > 0; bucket++ {
		p.settle(bucket, c)
	}
}

// settle moves an idle bucket to c if its owner has more than c.
func (p *pins) settle(bucket uint16, c *consumer) {
	if old := p.owners[bucket]; p.inFlight[bucket] == 0 && old != nil && old != c && old.buckets > c.buckets+1 {
		p.assign(bucket, c)
		c.owed--
		p.owed--
	}
}

// landed notes that a message of the bucket is no longer in flight.
func (p *pins) landed(bucket uint16, consumers []*consumer) {
	p.inFlight[bucket]--
	if p.owed == 0 {
		return
	}
	for _, c := range consumers {
		if c.owed > 0 {
			p.settle(bucket, c)
			return
		}
	}
}

// left takes the buckets from a consumer that has left.
func (p *pins) left(c *consumer) {
	p.owed -= c.owed
	c.owed = 0
	for bucket, owner := range p.owners {
		if owner == c {
			p.assign(uint16(bucket), nil)
		}
	}
}
