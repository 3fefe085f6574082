-- What workers have counted goes by Prometheus's names of series now; sums under other names would stay for ever.
delete from {schema}.worker_counter;
