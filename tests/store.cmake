foreach(unit columns geometry_blob layer layer_writer layer_writer_crash rtree_pack store store_failing_allocations
        store_query store_tools)
  cassini_unit_test(test_${unit} USES store)
endforeach()
foreach(wrapped malloc calloc realloc)
  target_link_options(test_store_failing_allocations PRIVATE LINKER:--wrap=${wrapped})
endforeach()
cassini_fuzz_target(fuzz_geometry_blob USES store)
