"""The names under which measurements are told and kept; latencies are in milliseconds."""

# what the executor of the queue tells
CHUNK = "chunk"  # how long each chunk held the device
TRIALS = "trials"
DEVICE_SECONDS = "device.seconds"  # of all chunks
PROCESSOR_SECONDS = "processor.seconds"  # of all threads, in chunks
QUEUE_WAITING = "queue.waiting"
QUEUE_ADMITTED = "queue.admitted"

# what runs tell
RUN = "run"  # from the request to the report
RUN_LOAD = "run.load"
RUN_COMPILE = "run.compile"

# what the window tells
PROGRESS = "progress.response"  # from the end of a chunk to the frame that shows it
PROGRESS_UNCHANGED = "progress.unchanged"  # chunks that changed nothing that could be seen
LOOP_LAG = "interface.lag"
STALLS = "interface.stalls"
ACTION = "action."  # and the name of the action

# what the instruments tell; shares are 0 to 1
CPU = "system.cpu"
OWN_CPU = "system.own_cpu"
MEMORY_USED = "system.memory_used"  # bytes
OWN_MEMORY = "system.own_memory"
DISK_FREE = "system.disk_free"
DISK_BUSY = "system.disk_busy"
DISK_READ = "system.disk_read"  # bytes in a second
DISK_WRITTEN = "system.disk_written"
GPU_BUSY = "gpu.busy"  # these with a dot and the number of the GPU behind
GPU_MEMORY = "gpu.memory_used"
GPU_CELSIUS = "gpu.celsius"
GPU_WATTS = "gpu.watts"

# caches: with .hit or .miss behind
CACHE_RESULTS = "cache.results"
CACHE_PROGRAMS = "cache.programs"  # compiled models in memory
CACHE_CODE = "cache.code"  # machine code on the disk
CACHE_WORKBOOKS = "cache.workbooks"

LOST = "metrics.lost"
