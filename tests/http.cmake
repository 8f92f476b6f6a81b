foreach(unit answer_file cache document field http_failing_allocations http_load http_server key media param
        problem query request router)
  cassini_unit_test(test_${unit} USES http)
endforeach()
cassini_failing_malloc(test_http_failing_allocations)
cassini_fuzz_target(fuzz_request USES http)
