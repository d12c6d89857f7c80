package node

import (
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
)

// readEventRetries is the field of persistent.proto that the streams have not.
const readEventRetries = 5

// delivery fills the frame with the ReadResp of a group. Both recorded events carry the position of the original.
func (f *frame) delivery(from *sourced, retry int) {
	position := from.original().Position
	s := f.scratch[:0]
	if from.event != nil {
		e := *from.event
		e.Position = position
		s = f.appendRecorded(s, readEventEvent, &e)
	}
	if from.link != nil {
		s = f.appendRecorded(s, readEventLink, from.link)
	}
	s = appendNumber(s, readEventCommit, position)
	s = appendNumber(s, readEventRetries, uint64(retry))
	f.scratch = s

	pool := mem.DefaultBufferPool()
	buf := pool.Get(1 + protowire.SizeBytes(len(s)))
	b := protowire.AppendTag((*buf)[:0], respEvent, protowire.BytesType)
	*buf = protowire.AppendBytes(b, s)
	f.buffer = mem.NewBuffer(buf, pool)
}
